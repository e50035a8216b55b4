import FoundationEssentials
import Glibc
import IXCore

/// A file of one JSON object which records a command's progress.
struct StateFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Returns nil when the file is missing or isn't JSON of at most 4096 bytes.
    func read() -> JSONDocument? {
        // ignored: without a readable file the command has no earlier state
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDocument(Array(bytes), field: "file", limit: 4096)
    }

    /// Replaces the file atomically: a reader sees the old or the new content, even after a kill.
    func write(_ text: String) throws(InvalidInput) {
        do { try Data((text + "\n").utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw InvalidInput(path, "can't be written: \(String(cString: strerror(errno)))")
        }
    }

    func remove() { unlink(path) }
}
