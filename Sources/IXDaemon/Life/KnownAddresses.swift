import Crypto
import FoundationEssentials
import Glibc

/// `KnownAddresses` is a file in the state directory with the addresses on which an instance has been ready. The file
/// holds salted hashes, so that hosts and names can't be read from the file.
struct KnownAddresses {
    private let path: String
    private static let most = 16

    init(directory: String, instance: String) { path = "\(directory)/\(instance).addresses" }

    /// Returns true when the instance has been ready on the address. Returns true for an unreadable file too, so that
    /// an unreadable file never ends a start.
    func contain(_ address: String) -> Bool {
        do {
            return try lines().contains { Self.line($0, isOf: address) }
        } catch {
            return true
        }
    }

    /// Adds the address and keeps the newest addresses before. The check of the state directory reports a failure.
    func add(_ address: String) {
        // ignored: after an unreadable file the list begins again
        let old = (try? lines()) ?? []
        guard !old.contains(where: { Self.line($0, isOf: address) }) else { return }
        let salt = Self.hex(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
        let text = (old.suffix(Self.most - 1) + [Self.line(salt, address)]).map { $0 + "\n" }.joined()
        replace(Array(text.utf8))
    }

    private struct Unreadable: Error {}

    private func lines() throws(Unreadable) -> [String] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return [] }
            throw Unreadable()
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { throw Unreadable() }
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Replaces the file by a rename, so that a reader finds the old or the new file whole.
    private func replace(_ bytes: [UInt8]) {
        let next = path + ".next"
        let file = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { return }
        let isWritten = write(file, bytes, bytes.count) == bytes.count && fdatasync(file) == 0
        close(file)
        if !isWritten || rename(next, path) != 0 { unlink(next) }
    }

    private static func line(_ line: String, isOf address: String) -> Bool {
        line.split(separator: ":").first.map { line == Self.line(String($0), address) } ?? false
    }

    private static func line(_ salt: String, _ address: String) -> String {
        "\(salt):" + hex(Array(SHA256.hash(data: Data("\(salt)\n\(address)".utf8))))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
