#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Reads a whole file. The path may also be a pipe or `/dev/null`.
enum FileReading {
    /// The failure of a system call, with the text of `errno`.
    struct Failure: Error, Equatable {
        let isMissing: Bool
        let reason: String
    }

    /// Maximum size in bytes. The limit ends the reading of an endless file such as `/dev/zero`.
    static let limit = 1 << 20

    /// Returns the content of the file at `path`. Throws `Failure` also when the file exceeds `limit`.
    static func bytes(of path: String) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        while let more = try chunk(of: file) {
            bytes += more
            guard bytes.count <= limit else { throw Failure(isMissing: false, reason: "over \(limit) bytes") }
        }
        return bytes
    }

    private static func chunk(of file: Int32) throws(Failure) -> [UInt8]? {
        var (count, code) = (-1, Int32(0))
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
            repeat { count = read(file, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
            code = errno
            filled = max(count, 0)
        }
        guard count >= 0 else { throw failure(code) }
        return count == 0 ? nil : bytes
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(isMissing: code == ENOENT, reason: strerror(code).map { String(cString: $0) } ?? "\(code)")
    }
}
