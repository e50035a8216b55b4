import Foundation
import Synchronization

/// A file of JSON lines. Concurrency: many tasks may write at a time.
final class LinesFile: Sendable {
    private let handle: Mutex<FileHandle>

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        handle = Mutex(file)
    }

    func add(_ value: some Encodable) {
        // ignored: the test's own values can be encoded, and missing lines make a storm on a full disk fail
        guard var line = try? JSONEncoder().encode(value) else { return }
        line.append(0x0A)
        handle.withLock { [line] in $0.write(line) }
    }
}

/// Seconds since 1970, by the host's clock.
func now() -> Double { Date().timeIntervalSince1970 }
