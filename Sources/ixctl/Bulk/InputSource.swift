import Glibc
import IXCore

/// What a load reads: a file, something else that has a name (a pipe), or standard input for `-`.
struct InputSource {
    let descriptor: Int32
    /// Of a regular file; nil for what can't be read again from the middle.
    let size: Int?

    init(_ path: String, field: String) throws(InvalidInput) {
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InvalidInput(field, "\(path): \(String(cString: strerror(errno)))") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw InvalidInput(field, "\(path): is a directory")
        }
        size = path != "-" && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}
