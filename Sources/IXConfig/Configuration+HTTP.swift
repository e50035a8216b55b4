extension Configuration {
    /// The HTTP API.
    public struct HTTP: Sendable, Equatable {
        /// Addresses to listen on; `["auto"]` and `["off"]` stand alone.
        public let listen: [String]
        /// True when callers need a token.
        public let needsToken: Bool
        /// Names by which callers reach the server.
        public let hosts: [String]
        /// Origins of web pages that may call the API.
        public let origins: [String]
        /// Addresses of proxies whose `X-Forwarded-*` fields count.
        public let trustedProxies: [String]
        /// Path in front of every route; empty for none.
        public let prefix: String
        /// True where plain HTTP beyond loopback is intended.
        public let plain: Bool
        /// File of the certificate chain; nil for plain HTTP.
        public let certificate: String?
        /// File of the certificate's key; nil for plain HTTP.
        public let key: String?
        /// Members of documents that only operators read.
        public let mask: [String]
        /// Event loops of the server.
        public let threads: Int
        /// Open connections at most.
        public let connections: Int
        /// Waits for ends at a time at most.
        public let waits: Int
        /// Event streams at a time at most.
        public let streams: Int
        /// Requests that wait for the store at most.
        public let queue: Int
        /// Longest wait for the store.
        public let queueTime: Duration
        /// Longest time of a request's head.
        public let headTime: Duration
        /// Longest time of a JSON body.
        public let bodyTime: Duration
        /// Longest time without progress of a reader.
        public let readerTime: Duration
        /// Longest time of a connection without a request.
        public let idleTime: Duration
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
