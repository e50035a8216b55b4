import FoundationEssentials
import Glibc
import IXCore

/// A file of one JSON object that says how far a command got.
struct SmallFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// Nil when it isn't there, or isn't such a file.
    func read() -> JSONDocument? {
        // ignored: no file, or not ours, means that there is nothing to go by
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDocument(Array(bytes), field: "file", limit: 4096)
    }

    /// In one step: a reader sees the old or the new, whenever we are killed.
    func write(_ text: String) throws(InvalidInput) {
        do { try Data((text + "\n").utf8).write(to: URL(filePath: path), options: .atomic) } catch {
            throw InvalidInput(path, "can't be written: \(String(cString: strerror(errno)))")
        }
    }

    func remove() { unlink(path) }
}
