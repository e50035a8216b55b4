import Logging

extension EventKind {
    static let serverEvents: [EventKind] = [
        serverListening, serverUnavailable, serverUnprotected, requestFailed, action,
    ]

    /// The HTTP server answers. Field: `addresses`.
    package static let serverListening = EventKind(
        "server_listening", .info, "088a692dc9f6370de5ff7cb1a95e4fb3", "HTTP server listening",
        says: "HTTP server listening: {addresses}")

    /// The HTTP server's default address is taken. Field: `reason`.
    package static let serverUnavailable = EventKind(
        "server_unavailable", .warning, "cae00c70cd329003fa9cbd5c8510dc5d", "no HTTP server: its address can't be had",
        "`[http] listen` is `auto`, so the daemon works without the server. Name another address, or `off`.")

    /// The certificate's files could not be read again. Field: `reason`.
    package static let serverUnprotected = EventKind(
        "certificate_kept", .warning, "a0c4046542791a5fecb6bc179fade982",
        "the HTTP server keeps its old certificate",
        "`reason` says why the files can't be used. Correct the files and reload once more.")

    /// A request failed by a defect or a setting of the store. Fields: `request`, `error`.
    package static let requestFailed = EventKind(
        "request_failed", .error, "b5ad6c5462b7474dad2b86d9ab1b3886", "an HTTP request failed",
        "`error` says why; the caller got the status 500 and the same `request` id.",
        says: "HTTP request {request} failed: {error}")

    /// A change that a caller of the HTTP API or of ixctl asked for. Fields: `actor`, `role`, `action`, `target`,
    /// `filter`, `count`, `request`, `address`.
    package static let action = EventKind(
        "action", .notice, "b0ae5299fe183eb042e81cdc918fb4a2", "a change was asked for",
        "`actor` is the token's name, or the user of a command line; `ix_audit` keeps the same entry.",
        says: "{actor} asked for {action}[ of {target}][, {count} changed]")
}
