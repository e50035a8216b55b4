import Foundation
import Synchronization

/// A file of JSON lines that many write at a time.
final class LinesFile: Sendable {
    private let handle: Mutex<FileHandle>

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        handle = Mutex(file)
    }

    func add(_ value: some Encodable) {
        // ignored: our own values can be encoded, and a full disk fails the storm by what is missing then
        guard var line = try? JSONEncoder().encode(value) else { return }
        line.append(0x0A)
        handle.withLock { [line] in $0.write(line) }
    }
}

/// Seconds since 1970, as the database counts them.
func now() -> Double { Date().timeIntervalSince1970 }
