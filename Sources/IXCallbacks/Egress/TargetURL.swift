import IXCore

/// `TargetURL` is a callback URL, read once and strictly: a URL that two parsers could read differently is refused.
struct TargetURL: Sendable, Equatable {
    let scheme: String
    /// The host in lower case, without brackets.
    let host: String
    let port: Int
    /// The host's address when the URL contains an address; nil for a name.
    let address: IPAddress?
    /// The path and the query as written; `/` when the URL has none.
    let target: String

    /// Reads the URL. Failure: throws `InvalidInput` with the reason but without the URL, because the URL may contain
    /// credentials.
    init(_ text: String) throws(InvalidInput) {
        guard text.utf8.count <= Limits.urlBytes else {
            throw Self.fault("\(text.utf8.count) bytes, limit \(Limits.urlBytes)")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.fault("holds a character that has to be written as %XX or, in the host, in punycode")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Self.fault("is not absolute")
        }
        scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else { throw Self.fault("is neither http nor https") }
        let rest = text[text.index(colon, offsetBy: 3)...]
        guard !rest.contains("\\") else { throw Self.fault("holds a backslash") }
        guard !rest.contains("#") else { throw Self.fault("holds a fragment") }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else { throw Self.fault("holds a user or a password") }
        target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        let (host, port) = try Self.split(authority)
        self.port = try port.map(Self.port) ?? (scheme == "https" ? 443 : 80)
        if host.hasPrefix("[") {
            let inner = String(host.dropFirst().dropLast())
            guard inner.contains(":"), let address = IPAddress(inner) else {
                throw Self.fault("has a host in brackets that is not an IPv6 address")
            }
            (self.host, self.address) = (inner.lowercased(), address)
        } else {
            (self.host, address) = try Self.name(host.lowercased())
        }
    }

    /// The value of the `host` header: the host, and the port unless it is the scheme's default.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
    }

    private static func split(_ authority: Substring) throws(InvalidInput) -> (host: String, port: Substring?) {
        let name: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else {
                throw fault("has an opening bracket without a closing one")
            }
            name = authority[...close]
        } else {
            name = authority[..<(authority.firstIndex(of: ":") ?? authority.endIndex)]
        }
        let rest = authority[name.endIndex...]
        guard rest.isEmpty || rest.hasPrefix(":") else { throw fault("has no valid host") }
        return (String(name), rest.isEmpty ? nil : rest.dropFirst())
    }

    private static func port(_ text: Substring) throws(InvalidInput) -> Int {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(text), (1...65_535).contains(port)
        else { throw fault("has a port that is not 1 to 65535") }
        return port
    }

    /// Checks the host. Some readers take a name for an address when its last label begins like a number, so only the
    /// plain form of an address passes.
    private static func name(_ host: String) throws(InvalidInput) -> (String, IPAddress?) {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.enumerated().allSatisfy { index, label in
            // A single dot at the end stands for the root domain.
            (!label.isEmpty || index == labels.count - 1 && index > 0) && label.utf8.count <= 63
                && label.utf8.allSatisfy { isNameByte($0) }
        }
        guard isName, host.utf8.count <= 253 else { throw fault("has a host that is not a valid name") }
        let last = labels.last(where: { !$0.isEmpty }) ?? ""
        guard last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || last.hasPrefix("0x") else { return (host, nil) }
        guard let address = IPAddress(host), address.description == host else {
            throw fault("has a number as its host that is not an IPv4 address such as 10.0.0.1")
        }
        return (host, address)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    private static func fault(_ reason: String) -> InvalidInput { InvalidInput("callback_url", reason) }
}
