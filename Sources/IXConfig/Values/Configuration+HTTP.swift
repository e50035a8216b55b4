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
        func path(_ key: String) -> String? {
            let text = settings[key].value.text
            return text.isEmpty ? nil : text
        }
        listen = settings["http.listen"].value.texts
        needsToken = settings["http.auth"].value.text == "token"
        hosts = settings["http.hosts"].value.texts
        origins = settings["http.origins"].value.texts
        trustedProxies = settings["http.trusted_proxies"].value.texts
        prefix = settings["http.prefix"].value.text
        plain = settings["http.plain"].value.bool
        certificate = path("http.tls_certificate")
        key = path("http.tls_key")
        mask = settings["http.mask"].value.texts
        tokensFile = path("http.tokens_file")
        rate = settings["http.rate"].value.integer
        threads = settings["http.threads"].value.integer
        connections = settings["http.connections"].value.integer
        waits = settings["http.waits"].value.integer
        streams = settings["http.streams"].value.integer
        queue = settings["http.queue"].value.integer
        queueTime = settings["http.queue_seconds"].value.duration
        headTime = settings["http.head_seconds"].value.duration
        bodyTime = settings["http.body_seconds"].value.duration
        readerTime = settings["http.reader_seconds"].value.duration
        idleTime = settings["http.idle_seconds"].value.duration
    }
}
