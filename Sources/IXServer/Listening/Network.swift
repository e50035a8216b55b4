import Glibc

/// A network of addresses, such as `10.0.0.0/8` or `fd00::/8`; an address alone is a network of one.
package struct Network: Sendable, Equatable {
    private let address: [UInt8]
    private let bits: Int

    /// Reads an address with or without the length of its prefix; nil for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.bytes(of: String(parts[0])) else { return nil }
        var bits = address.count * 8
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...bits).contains(length) else { return nil }
            bits = length
        }
        self.address = address
        self.bits = bits
    }

    /// True for an address of the network.
    func contains(_ text: String) -> Bool {
        guard let other = Self.bytes(of: text), other.count == address.count else { return false }
        let (whole, rest) = (bits / 8, bits % 8)
        guard other[..<whole] == address[..<whole] else { return false }
        guard rest > 0 else { return true }
        return (other[whole] ^ address[whole]) >> UInt8(8 - rest) == 0
    }

    /// Returns the text by which failures of an address are counted: an IPv6 host has a whole /64 of addresses.
    static func neighbourhood(of address: String) -> String {
        guard let bytes = bytes(of: address), bytes.count == 16 else { return address }
        return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ".")
    }

    /// The bytes of an address; an IPv4 address in the form of IPv6 is the IPv4 address.
    private static func bytes(of text: String) -> [UInt8]? {
        var short = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &short) == 1 { return short }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }
}
