extension ConfigurationKey {
    static let http: [ConfigurationKey] = [
        ConfigurationKey(
            "http", "listen", .texts, .texts(["auto"]),
            "Addresses HOST:PORT and unix:/PATH; off; auto: 127.0.0.1:8791 for the embedded file in a terminal, else off."
        ),
        ConfigurationKey(
            "http", "auth", .choice(["token", "off"]), .text("token"),
            "token: callers need a token; off: every caller is an operator, on loopback or a socket file alone."),
        ConfigurationKey(
            "http", "hosts", .texts, .texts([]),
            "Names by which callers reach the server, beside addresses and localhost."),
        ConfigurationKey(
            "http", "origins", .texts, .texts([]),
            "Origins of web pages that may call the API, such as https://dash.example."),
        ConfigurationKey(
            "http", "trusted_proxies", .texts, .texts([]),
            "Proxies whose X-Forwarded-For and X-Forwarded-Proto count: addresses, networks 10.0.0.0/8, unix (socket files)."
        ),
        ConfigurationKey("http", "prefix", .text, .text(""), "Path in front of every route, such as /queue."),
        ConfigurationKey(
            "http", "plain", .bool, .bool(false), "Serve beyond loopback without TLS, for a proxy in front."),
        ConfigurationKey(
            "http", "tls_certificate", .text, .text(""), "File of the certificate chain, in PEM; read again on HUP."),
        ConfigurationKey(
            "http", "tls_key", .text, .text(""),
            "File of the private key, in PEM, read again on HUP; empty: the credential http-tls-key, if any."),
        ConfigurationKey(
            "http", "mask", .texts, .texts([]),
            "Members of documents that only operators read, such as context.iban."),
        ConfigurationKey(
            "http", "tokens_file", .text, .text(""),
            "File of tokens that count without the store, by their hashes; empty: the credential http-tokens, if any."),
        ConfigurationKey(
            "http", "rate", .integer(0...1_000_000), .integer(0), "Requests a second of one token; 0: no limit."),
        ConfigurationKey("http", "threads", .integer(1...64), .integer(2), "Event loops of the server."),
        ConfigurationKey(
            "http", "connections", .integer(32...65_536), .integer(1024),
            "Open connections; 16 of them are kept for health and socket files."),
        ConfigurationKey("http", "waits", .integer(1...65_536), .integer(1000), "Waits for ends at a time."),
        ConfigurationKey("http", "streams", .integer(1...65_536), .integer(1000), "Event streams at a time."),
        ConfigurationKey("http", "queue", .integer(1...65_536), .integer(256), "Requests that wait for the store."),
        ConfigurationKey(
            "http", "queue_seconds", .seconds(0.1...60), .seconds(.seconds(2)),
            "Time that a request waits for the store."),
        ConfigurationKey(
            "http", "head_seconds", .seconds(0.1...600), .seconds(.seconds(10)), "Time limit of a request's head."),
        ConfigurationKey(
            "http", "body_seconds", .seconds(0.1...600), .seconds(.seconds(30)), "Time limit of a JSON body."),
        ConfigurationKey(
            "http", "reader_seconds", .seconds(0.1...600), .seconds(.seconds(30)),
            "Time limit for a reader to take a part of the answer."),
        ConfigurationKey(
            "http", "idle_seconds", .seconds(1...3600), .seconds(.seconds(75)),
            "Time after which a connection without a request closes."),
    ]
}
