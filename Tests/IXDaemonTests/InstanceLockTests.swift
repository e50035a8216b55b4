import Foundation
import Glibc
import Testing

@testable import IXDaemon

@Suite struct InstanceLockTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/ix-lock-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }  // ignored: it lies where temporary files do
        try body(path)
    }

    /// The holder writes itself down and is gone.
    private func hold(_ directory: String) throws -> UUID {
        let (lock, id) = (try InstanceLock(directory: directory, instance: "a"), UUID())
        #expect(lock.note(id) == nil)
        return id
    }

    @Test func `the next one knows its predecessor`() throws {
        try withDirectory { directory in
            let id = try hold(directory)
            let next = try InstanceLock(directory: directory, instance: "a")
            #expect(next.predecessor == id && !next.isForeign)
        }
    }

    @Test func `a holder that is still there is named as such`() throws {
        try withDirectory { directory in
            let lock = try InstanceLock(directory: directory, instance: "a")
            let refusal = #expect(throws: InstanceLock.Refusal.self) {
                try InstanceLock(directory: directory, instance: "a")
            }
            guard case .held? = refusal else { return #expect(Bool(false), "\(String(describing: refusal))") }
            _ = lock.note(UUID())  // ignored: only kept alive until here
        }
    }

    @Test func `in a copy there is no predecessor`() throws {
        try withDirectory { directory in
            _ = try hold(directory)
            // Another file under the name, with the same text.
            let path = directory + "/a.lock"
            let text = try Data(contentsOf: URL(filePath: path))
            try FileManager.default.moveItem(atPath: path, toPath: path + ".original")
            try text.write(to: URL(filePath: path))
            let next = try InstanceLock(directory: directory, instance: "a")
            #expect(next.predecessor == nil && next.isForeign)
        }
    }

    @Test(arguments: [
        // Another start of the machine, another machine, a file of an earlier version, nothing that can be told.
        ("boot", true), ("machine", true), ("none", true), ("unknown", true), ("empty", false),
    ])
    func `what was written elsewhere names no predecessor`(_ change: String, _ isForeign: Bool) throws {
        try withDirectory { directory in
            let id = try hold(directory)
            let path = directory + "/a.lock"
            var words = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isWhitespace).map(
                String.init)
            var origin = words[1].split(separator: "/").map(String.init)
            switch change {
            case "boot": origin[0] = UUID().uuidString
            case "machine": origin[1] = "other"
            case "none": words = [id.uuidString]
            case "unknown": origin = ["-"]
            default: words = []
            }
            if words.count > 1 { words[1] = origin.joined(separator: "/") }
            // In place: the file stays the same.
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data((words.joined(separator: " ") + "\n").utf8))
            try handle.close()
            let next = try InstanceLock(directory: directory, instance: "a")
            #expect(next.predecessor == nil && next.isForeign == isForeign)
        }
    }

    @Test(arguments: [(0o700, 0o640), (0o770, 0o660)] as [(mode_t, mode_t)])
    func `the lock is open to those to whom its directory is`(_ directoryMode: mode_t, _ expected: mode_t) throws {
        try withDirectory { directory in
            chmod(directory, directoryMode)
            _ = try hold(directory)
            var status = stat()
            #expect(stat(directory + "/a.lock", &status) == 0 && status.st_mode & 0o777 == expected)
        }
    }
}
