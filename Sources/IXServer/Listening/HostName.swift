import NIOCore

/// Names and addresses as they stand in `Host` and `Origin`.
enum HostName {
    /// Returns the name of a `host[:port]` in lower case, without the brackets of an IPv6 address; nil when the text has
    /// another form.
    static func name(of authority: String) -> String? {
        var name = authority.lowercased()
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let rest = name[name.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return String(name[name.index(after: name.startIndex)..<end])
        }
        if let colon = name.lastIndex(of: ":") {
            guard isPort(name[colon...]) else { return nil }
            name = String(name[..<colon])
        }
        return name.isEmpty || name.contains(where: { $0 == "/" || $0 == "@" || $0 == ":" }) ? nil : name
    }

    /// True for an IPv4 or IPv6 address, which no name server can move.
    static func isLiteral(_ name: String) -> Bool { (try? SocketAddress(ipAddress: name, port: 0)) != nil }

    /// True for localhost and the loopback addresses.
    static func isLoopback(_ name: String) -> Bool {
        name == "localhost" || name == "::1" || name.hasPrefix("127.") && isLiteral(name)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && UInt16(text.dropFirst()) != nil
    }
}
