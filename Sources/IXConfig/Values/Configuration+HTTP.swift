extension Configuration {
    /// The HTTP API.
    package struct HTTP: Sendable, Equatable {
        /// Addresses to listen on; `["auto"]` and `["off"]` stand alone.
        package let listen: [String]
        /// True when callers need a token.
        package let needsToken: Bool
        /// Names by which callers reach the server.
        package let hosts: [String]
        /// Origins of web pages that may call the API.
        package let origins: [String]
        /// Origins of web pages that may show the dashboard in a frame.
        package let frameAncestors: [String]
        /// Addresses and networks of proxies whose `X-Forwarded-*` fields count.
        package let trustedProxies: [String]
        /// Path in front of every route; empty for none.
        package let prefix: String
        /// True where plain HTTP beyond loopback is intended.
        package let plain: Bool
        /// File of the certificate chain; nil for plain HTTP.
        package let certificate: String?
        /// File of the certificate's key; nil for plain HTTP.
        package let key: String?
        /// Members of documents that only operators read.
        package let mask: [String]
        /// File of tokens that count without the store; nil for none.
        package let tokensFile: String?
        /// Requests a second of one token; 0 for no limit.
        package let rate: Int
        /// Event loops of the server.
        package let threads: Int
        /// Open connections at most.
        package let connections: Int
        /// Waits for ends at a time at most.
        package let waits: Int
        /// Event streams at a time at most.
        package let streams: Int
        /// Requests that wait for the store at most.
        package let queue: Int
        /// Longest wait for the store.
        package let queueTime: Duration
        /// Longest time of a request's head.
        package let headTime: Duration
        /// Longest time of a JSON body.
        package let bodyTime: Duration
        /// Longest time without progress of a reader.
        package let readerTime: Duration
        /// Longest time of a connection without a request.
        package let idleTime: Duration
    }
}

extension Configuration.HTTP {
    init(_ settings: Settings) {
        func path(_ key: KeyPath<ConfigurationKeys, Key<String>>) -> String? {
            let text = settings[key]
            return text.isEmpty ? nil : text
        }
        listen = settings[\.http.listen]
        needsToken = settings[\.http.auth] == "token"
        hosts = settings[\.http.hosts]
        origins = settings[\.http.origins]
        frameAncestors = settings[\.http.frameAncestors]
        trustedProxies = settings[\.http.trustedProxies]
        prefix = settings[\.http.prefix]
        plain = settings[\.http.plain]
        certificate = path(\.http.tlsCertificate)
        key = path(\.http.tlsKey)
        mask = settings[\.http.mask]
        tokensFile = path(\.http.tokensFile)
        rate = settings[\.http.rate]
        threads = settings[\.http.threads]
        connections = settings[\.http.connections]
        waits = settings[\.http.waits]
        streams = settings[\.http.streams]
        queue = settings[\.http.queue]
        queueTime = settings[\.http.queueSeconds]
        headTime = settings[\.http.headSeconds]
        bodyTime = settings[\.http.bodySeconds]
        readerTime = settings[\.http.readerSeconds]
        idleTime = settings[\.http.idleSeconds]
    }
}
