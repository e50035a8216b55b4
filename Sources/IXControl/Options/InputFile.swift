import FoundationEssentials
import Glibc
import IXCore

/// `InputFile` is a file named on the command line, or standard input for `-`.
struct InputFile {
    private let path: String
    private let option: String

    /// `option` is the name that refusals give.
    init(_ path: String, _ option: String = "--request") { (self.path, self.option) = (path, option) }

    /// Reads up to `limit` bytes, and 3 more for the byte order mark with which some editors begin a file. Returns the
    /// bytes without the mark.
    func read(upTo limit: Int) throws(InvalidInput) -> [UInt8] {
        let bytes = try raw(upTo: limit + Self.mark.count)
        return bytes.starts(with: Self.mark) ? Array(bytes.dropFirst(Self.mark.count)) : bytes
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private func raw(upTo limit: Int) throws(InvalidInput) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal() }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
            if count == 0 { break }
            guard count > 0 else { throw refusal() }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private func refusal() -> InvalidInput { InvalidInput(option, "\(path): \(String(cString: strerror(errno)))") }
}

/// The name of the user running the command; `uidN` when the user id has no name.
enum UserName {
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid\(getuid())" }
        return String(cString: name)
    }
}
