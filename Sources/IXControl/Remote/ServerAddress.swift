import IXConfig

extension Configuration.HTTP {
    /// The address of the server for a browser on this host; nil when it listens on socket files alone.
    var browserAddress: String? { address(preferring: hosts.first) }

    /// The address of the server for a program on this host; nil when it listens on socket files alone.
    var localAddress: String? { address(preferring: nil) }

    /// `name` stands for the host where the server has one.
    private func address(preferring name: String?) -> String? {
        let scheme = certificate == nil ? "http" : "https"
        // The address of the default, and of the socket unit.
        if listen == ["auto"] || listen == ["off"] { return "\(scheme)://127.0.0.1:8791" + prefix }
        guard let first = listen.first(where: { !$0.hasPrefix("unix:") }), let colon = first.lastIndex(of: ":") else {
            return nil
        }
        let host =
            switch first[..<colon] {
            case "0.0.0.0": name ?? "127.0.0.1"
            case "[::]": name ?? "[::1]"
            default: name ?? String(first[..<colon])
            }
        return scheme + "://" + host + first[colon...] + prefix
    }
}
