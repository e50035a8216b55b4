internal import Glibc

/// `SecretFile` reads a file that holds a secret: 64 KiB at most, in one read. The bytes reach nothing but libpq.
enum SecretFile {
    private static let limit = 64 << 10

    /// A file that can't be read, with the reason.
    struct Unreadable: Error {
        let path: String
        let reason: String

        init(_ path: String) {
            self.path = path
            reason = String(cString: strerror(errno))
        }
    }

    static func bytes(_ path: String) throws(Unreadable) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unreadable(path) }
        defer { close(descriptor) }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
            count = read(descriptor, buffer.baseAddress, limit)
            filled = max(count, 0)
        }
        guard count >= 0 else { throw Unreadable(path) }
        return bytes
    }
}
