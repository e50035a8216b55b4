/// The keys of `[http]`.
struct HTTPKeys: Sendable {
    let listen = Key<[String]>(
        "http", "listen", .texts, ["auto"],
        "Addresses HOST:PORT and unix:/PATH; off; auto: 127.0.0.1:8791 for the embedded file in a terminal, else off.")
    let auth = Key<String>(
        "http", "auth", .choice(["token", "off"]), "token",
        "token: callers need a token; off: every caller is an operator, on loopback or a socket file alone.")
    let hosts = Key<[String]>(
        "http", "hosts", .texts, [], "Names by which callers reach the server, beside addresses and localhost.")
    let origins = Key<[String]>(
        "http", "origins", .texts, [], "Origins of web pages that may call the API, such as https://dash.example.")
    let frameAncestors = Key<[String]>(
        "http", "frame_ancestors", .texts, [],
        "Origins of web pages that may show the dashboard in a frame, such as https://ops.example; self: its own host.")
    let trustedProxies = Key<[String]>(
        "http", "trusted_proxies", .texts, [],
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto count: addresses, networks 10.0.0.0/8, unix (socket files)."
    )
    let prefix = Key<String>("http", "prefix", .text, "", "Path in front of every route, such as /queue.")
    let plain = Key<Bool>("http", "plain", .bool, false, "Serve beyond loopback without TLS, for a proxy in front.")
    let tlsCertificate = Key<String>(
        "http", "tls_certificate", .text, "", "File of the certificate chain, in PEM; read again on HUP.")
    let tlsKey = Key<String>(
        "http", "tls_key", .text, "",
        "File of the private key, in PEM, read again on HUP; empty: the credential http-tls-key, if any.")
    let mask = Key<[String]>(
        "http", "mask", .texts, [], "Members of documents that only operators read, such as context.iban.")
    let tokensFile = Key<String>(
        "http", "tokens_file", .text, "",
        "File of tokens that count without the store, by their hashes; empty: the credential http-tokens, if any.")
    let rate = Key<Int>("http", "rate", .integer(0...1_000_000), 0, "Requests a second of one token; 0: no limit.")
    let threads = Key<Int>("http", "threads", .integer(1...64), 2, "Event loops of the server.")
    let connections = Key<Int>(
        "http", "connections", .integer(32...65_536), 1024,
        "Open connections; 16 of them are kept for health and socket files.")
    let waits = Key<Int>("http", "waits", .integer(1...65_536), 1000, "Waits for ends at a time.")
    let streams = Key<Int>("http", "streams", .integer(1...65_536), 1000, "Event streams at a time.")
    let queue = Key<Int>("http", "queue", .integer(1...65_536), 256, "Requests that wait for the store.")
    let queueSeconds = Key<Duration>(
        "http", "queue_seconds", .seconds(0.1...60), .seconds(2), "Time that a request waits for the store.")
    let headSeconds = Key<Duration>(
        "http", "head_seconds", .seconds(0.1...600), .seconds(10), "Time limit of a request's head.")
    let bodySeconds = Key<Duration>(
        "http", "body_seconds", .seconds(0.1...600), .seconds(30), "Time limit of a JSON body.")
    let readerSeconds = Key<Duration>(
        "http", "reader_seconds", .seconds(0.1...600), .seconds(30),
        "Time limit for a reader to take a part of the answer.")
    let idleSeconds = Key<Duration>(
        "http", "idle_seconds", .seconds(1...3600), .seconds(75),
        "Time after which a connection without a request closes.")
}
