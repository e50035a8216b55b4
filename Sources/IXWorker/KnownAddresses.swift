import Crypto
import FoundationEssentials
import Glibc

/// The addresses on which an instance has been ready, in a file of the state directory. It holds salted hashes: neither hosts
/// nor names can be read from it.
struct KnownAddresses {
    private let path: String
    private static let most = 16

    init(directory: String, instance: String) { path = "\(directory)/\(instance).addresses" }

    /// Whether the instance has been ready there. True as well where that can't be found out, so that nothing is given up
    /// for it.
    func contain(_ address: String) -> Bool {
        do {
            return try lines().contains { Self.line($0, isOf: address) }
        } catch {
            return true
        }
    }

    /// Keeps it, and the newest of the others. A failure is told by the check of the state directory.
    func add(_ address: String) {
        // ignored: without the file the next start is as patient as with an empty one
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

    /// Whole or not at all.
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
