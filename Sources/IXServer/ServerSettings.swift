package import IXRepresentation

/// The settings of a server, from `[http]`.
package struct ServerSettings: Sendable {
    /// The way callers prove who they are.
    package enum Authentication: Sendable, Equatable {
        /// Every caller is an operator; only on loopback or a socket file.
        case off
        /// A token in `Authorization: Bearer`.
        case token
    }

    /// The addresses to listen on.
    package var bindings: [Binding]
    /// The way callers prove who they are.
    package var authentication: Authentication = .token
    /// Names by which callers may reach the server, beside IP literals and localhost.
    package var hosts: [String] = []
    /// Origins whose pages may call the server.
    package var origins: [String] = []
    /// Pages that may show the dashboard and its login in a frame; none by default.
    package var framing = FramingPolicy.noPage
    /// Networks of proxies whose `X-Forwarded-*` fields count.
    package var trustedProxies: [Network] = []
    /// True when those fields count on socket files, too.
    package var trustsSocketFiles = false
    /// The group whose members are operators on the service manager's socket file.
    package var operatorGroup = "ix-operator"
    /// Path in front of every route, such as `/queue`; empty for none.
    package var prefix = ""
    /// Event loops of the server.
    package var threads = 2
    /// The limits.
    package var limits = ServerLimits()
    /// Members of documents that only operators may read.
    package var mask = Mask([])
    /// Tokens that count without the store.
    package var tokens = TokenList.empty
    /// The page of a job's trace.
    package var traceLink = TraceLink(nil)
    /// Files of the certificate and its key; nil for plain HTTP.
    package var certificate: CertificateFiles?

    /// Creates settings for these addresses, everything else at its default.
    package init(bindings: [Binding]) { self.bindings = bindings }
}

/// The files of a certificate chain and of its private key, in PEM.
package struct CertificateFiles: Sendable, Equatable {
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
