package import IXCore
internal import IXWebhooks

/// `SigningSecrets` chooses the secret for a callback: the client's own secret, else the standard secret, else none. If
/// the configuration names endpoints of a client, only callbacks to the named endpoints are signed.
package struct SigningSecrets: Sendable, Equatable {
    private let standard: WebhookSignature?
    private let clients: [String: WebhookSignature]
    private let endpoints: [String: Set<Endpoint>]

    private struct Endpoint: Hashable {
        let scheme: String
        let host: String
        let port: Int

        init(_ url: TargetURL) { (scheme, host, port) = (url.scheme, url.host, url.port) }
    }

    /// Reads the secrets. Failure: throws `InvalidInput` that names the field.
    ///
    /// - Parameters:
    ///   - standard: secrets in the form of Standard Webhooks, separated by blanks; an empty text means none.
    ///   - endpoints: texts of the form `CLIENT=scheme://host:port`; a client may have several.
    package init(
        standard: String = "", clients: [String: String] = [:], endpoints: [String] = []
    ) throws(InvalidInput) {
        self.standard = standard.isEmpty ? nil : try WebhookSignature(standard, field: "secret")
        var own: [String: WebhookSignature] = [:]
        for (client, text) in clients { own[client] = try WebhookSignature(text, field: "client_secrets.\(client)") }
        self.clients = own
        var named: [String: Set<Endpoint>] = [:]
        for text in endpoints {
            let (client, endpoint) = try Self.read(text)
            named[client, default: []].insert(endpoint)
        }
        self.endpoints = named
    }

    func signature(for clientID: String, at url: TargetURL) -> WebhookSignature? {
        if let named = endpoints[clientID], !named.contains(Endpoint(url)) { return nil }
        return clients[clientID] ?? standard
    }

    /// Splits at the last `=http://` or `=https://`, because a client's name may contain an equals sign.
    private static func read(_ text: String) throws(InvalidInput) -> (String, Endpoint) {
        for scheme in ["=https://", "=http://"] {
            let (name, mark) = (Array(text.utf8), Array(scheme.utf8))
            guard let at = name.indices.last(where: { name[$0...].starts(with: mark) }), at > 0 else { continue }
            let url: TargetURL
            do { url = try TargetURL(String(decoding: name[(at + 1)...], as: UTF8.self)) } catch {
                throw InvalidInput("client_endpoints", "an endpoint \(error.reason)")
            }
            guard url.target == "/" else {
                throw InvalidInput("client_endpoints", "an endpoint must be scheme, host and port, without a path")
            }
            return (String(decoding: name[..<at], as: UTF8.self), Endpoint(url))
        }
        throw InvalidInput("client_endpoints", "takes CLIENT=https://host:port, one for each endpoint of a client")
    }
}
