import Glibc
import IXCore

/// Reads zone files whole, never waiting and never more than a zone file has.
enum ZoneBytes {
    /// Returns the bytes of a regular file at `path`; nil when `folder` has no regular file there.
    ///
    /// Failure: `TimeZoneUnavailable` when `folder` is missing, the file can't be read, or the file is too large.
    static func read(_ path: String, folder: String) throws(TimeZoneUnavailable) -> [UInt8]? {
        // Without waiting, so that a pipe in the folder holds up no caller.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { return try nothing(errno, path, folder) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        guard let bytes = whole(file) else {
            throw TimeZoneUnavailable(reason: "\(path) can't be read: \(String(cString: strerror(errno)))")
        }
        guard bytes.count <= TZifReader.bytes else {
            throw TimeZoneUnavailable(reason: "\(path) can't be used: the file has over \(TZifReader.bytes) bytes")
        }
        return bytes
    }

    private static func nothing(_ code: Int32, _ path: String, _ folder: String) throws(TimeZoneUnavailable) -> [UInt8]?
    {
        guard code == ENOENT || code == ENOTDIR else {
            throw TimeZoneUnavailable(reason: "\(path) can't be read: \(String(cString: strerror(code)))")
        }
        guard access(folder, F_OK) == 0 else {
            throw TimeZoneUnavailable(reason: "the folder \(folder) is missing; install the package tzdata")
        }
        return nil
    }

    /// The bytes up to one more than allowed; nil after an error.
    private static func whole(_ file: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count <= TZifReader.bytes {
            let count = Glibc.read(file, &piece, piece.count)
            if count == 0 { return bytes }
            if count < 0 && errno != EINTR { return nil }
            bytes += piece.prefix(max(count, 0))
        }
        return bytes
    }
}
