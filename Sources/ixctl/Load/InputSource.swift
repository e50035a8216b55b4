import Glibc
import IXCore

/// The input of a load: a regular file, another named source such as a pipe, or standard input for `-`.
struct InputSource {
    let descriptor: Int32
    /// Size in bytes of a regular file; nil for an input which can't be read again from the middle.
    let size: Int?

    /// Opens `path`. Throws `InvalidInput` with `field` when the path can't be opened or is a directory.
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
