/// An address to listen on.
package enum Binding: Sendable, Equatable, CustomStringConvertible {
    case address(host: String, port: Int)
    /// A socket file, made by the server with mode 0660.
    case path(String)
    /// A listening socket that the service manager made: a socket file, or an address. `isLocal` is true for a socket file
    /// and for a loopback address. `operatorsPath` is the path of the socket file through which operators need no token.
    case inherited(Int32, isLocal: Bool, isSocketFile: Bool, operatorsPath: String?)

    /// Reads `host:port`, `[v6]:port` or `unix:/path`; nil for any other text.
    package init?(_ text: String) {
        if text.hasPrefix("unix:/") {
            self = .path(String(text.dropFirst("unix:".count)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self = .address(host: host, port: Int(port))
    }

    /// True for an address that only this machine's users reach.
    package var isLocal: Bool {
        switch self {
        case .address(let host, _): HostName.isLoopback(host)
        case .path: true
        case .inherited(_, let isLocal, _, _): isLocal
        }
    }

    package var description: String {
        switch self {
        case .address(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .path(let path): "unix:\(path)"
        case .inherited(let descriptor, _, _, _): "inherited socket \(descriptor)"
        }
    }
}
