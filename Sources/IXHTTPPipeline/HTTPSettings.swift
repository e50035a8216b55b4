internal import FoundationEssentials
package import IXCore
internal import IXPipelines
internal import IXWebhooks

/// `HTTPSettings` are the settings of a service that runs as a pipeline: `[pipelines.NAME]` with `kind = "http"`.
package struct HTTPSettings: Sendable {
    /// The URL that requests are posted to: absolute, http or https, without user and password.
    package let url: String
    /// Headers sent with every request. Values may be credentials and must not be logged.
    package let headers: [String: String]
    /// The member of the request that is posted instead of the whole request; the member must be an object. Nil: the
    /// whole request.
    package let requestMember: String?
    /// The member of the response that the answer is put in. Nil: the answer is the whole response.
    package let responseMember: String?

    /// The path of a PEM file with authorities trusted beside the system's; nil: the system's alone.
    package let caFile: String?
    /// The path of a PEM file with the certificate that the daemon shows; nil: none.
    package let clientCertificate: String?
    /// The path of a PEM file with the certificate's key.
    package let clientKey: String?

    /// The proxy that requests go through; nil: none, whatever HTTP_PROXY says.
    let proxy: (host: String, port: Int)?
    let signature: WebhookSignature?
    /// The URL's host.
    let host: String?
    /// What the span of a call tells of the service.
    let service: ServiceCall

    /// Checks the settings of a pipeline.
    ///
    /// - Parameters:
    ///   - requestMember: a path with dots, such as `context.chat`.
    ///   - proxy: `http://HOST:PORT`; nil for none.
    ///   - signingSecrets: secrets of Standard Webhooks (`whsec_` and base64), separated by blanks; each secret adds a
    ///     signature.
    /// - Throws: `InvalidInput` that names the setting.
    package init(
        url: String, headers: [String: String] = [:], requestMember: String? = nil, responseMember: String? = nil,
        signingSecrets: String? = nil, caFile: String? = nil, clientCertificate: String? = nil,
        clientKey: String? = nil, proxy: String? = nil
    ) throws(InvalidInput) {
        guard let parts = URL(string: url), ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host?.isEmpty == false
        else { throw InvalidInput("url", "is not an absolute http or https URL") }
        guard parts.user == nil, parts.password == nil, !url.contains("@") || PrintedURL.withoutUsers(url) == url else {
            throw InvalidInput("url", "holds a user or a password; send them by headers = { authorization = … }")
        }
        for name in headers.keys where !Self.isToken(name) {
            throw InvalidInput("headers", "\"\(name)\" is not the name of a header")
        }
        for (name, value) in headers where value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            throw InvalidInput("headers", "\(name) holds a control character")
        }
        self.url = url
        host = parts.host
        let scheme = parts.scheme?.lowercased() ?? ""
        service = ServiceCall(
            scheme: scheme, host: parts.host ?? "", port: parts.port ?? (scheme == "https" ? 443 : 80))
        self.headers = headers
        self.requestMember = requestMember
        self.responseMember = responseMember
        guard (clientCertificate == nil) == (clientKey == nil) else {
            throw InvalidInput(clientKey == nil ? "client_key" : "client_certificate", "is missing beside the other")
        }
        (self.caFile, self.clientCertificate, self.clientKey) = (caFile, clientCertificate, clientKey)
        self.proxy = try proxy.map { text throws(InvalidInput) in try Self.proxy(text) }
        signature = try signingSecrets.map { text throws(InvalidInput) in try WebhookSignature(text) }
    }

    private static func proxy(_ text: String) throws(InvalidInput) -> (host: String, port: Int) {
        guard let parts = URL(string: text), parts.scheme?.lowercased() == "http", let host = parts.host, !host.isEmpty,
            let port = parts.port, (1...65_535).contains(port), parts.user == nil, parts.password == nil,
            parts.path.isEmpty || parts.path == "/"
        else { throw InvalidInput("proxy", "is not http://HOST:PORT") }
        return (host, port)
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
