package import IXCore

/// `Network` is a range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single address.
package struct Network: Sendable, Equatable, CustomStringConvertible {
    private let address: IPAddress
    private let bits: Int
    /// The network as the configuration wrote it.
    package let description: String

    /// Reads a network. Failure: throws `InvalidInput` for `field` when the text is no network.
    package init(_ text: String, field: String = "network") throws(InvalidInput) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress(String($0)) }), parts.count <= 2 else {
            throw InvalidInput(field, "\"\(text)\" is not a network such as 10.0.0.0/8 or fd00::/8")
        }
        let width = address.bytes.count * 8
        let bits = parts.count == 2 ? Int(parts[1]) : width
        guard let bits, (0...width).contains(bits) else {
            throw InvalidInput(field, "\"\(text)\": the prefix must be 0 to \(width)")
        }
        self.address = address
        self.bits = bits
        description = text
    }

    /// Creates a network from a constant of the program; traps when the constant is no network.
    init(fixed text: String) {
        // ignored: the tests check every constant of the program
        guard let network = try? Network(text) else { preconditionFailure("\(text) is not a network") }
        self = network
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = bits / 8
        guard other.bytes.prefix(whole).elementsEqual(address.bytes.prefix(whole)) else { return false }
        let rest = bits % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0
    }

    static let nat64 = Network(fixed: "64:ff9b::/96")
    static let sixToFour = Network(fixed: "2002::/16")
}

extension IPAddress {
    /// The IPv4 addresses to which an IPv6 address leads: by NAT64, by 6to4, or by the obsolete IPv4-compatible form.
    var embedded: [IPAddress] {
        guard !isIPv4 else { return [] }
        var found: [IPAddress] = []
        // `::1` and `::` begin like the IPv4-compatible form but contain no IPv4 address.
        let isOldForm = bytes.prefix(12).allSatisfy { $0 == 0 } && bytes[12] != 0
        if Network.nat64.contains(self) || isOldForm {
            found.append(IPAddress(bytes: Array(bytes.suffix(4))))
        }
        if Network.sixToFour.contains(self) { found.append(IPAddress(bytes: Array(bytes[2..<6]))) }
        return found
    }
}
