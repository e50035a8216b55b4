import IXCore

/// `TargetURL` is the target of a callback: the URL, and the address when the URL's host is written as an address.
struct TargetURL: Sendable, Equatable {
    private let url: CallbackURL
    let address: IPAddress?

    var scheme: String { url.scheme }
    /// The host in lower case, without brackets.
    var host: String { url.host }
    var port: Int { url.port }
    /// Path and query as written; `/` for a URL without a path and query.
    var target: String { url.target }

    /// Reads the URL. Failure: throws `InvalidInput` with the reason but without the URL, because the URL may contain
    /// credentials.
    init(_ text: String) throws(InvalidInput) {
        url = try CallbackURL(text)
        address = IPAddress(url.host)
        if url.isBracketed, address == nil {
            throw InvalidInput("callback_url", "has a host in brackets that is no IPv6 address")
        }
    }

    /// The value of the `host` header: the host, and the port unless it is the scheme's default.
    var hostHeader: String {
        let name = url.isBracketed ? "[\(host)]" : host
        return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
    }
}
