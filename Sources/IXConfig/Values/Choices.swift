/// Severity of a log line. The raw values are the names of swift-log's levels.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// Format of log lines.
package enum LogFormat: String, Sendable, CaseIterable {
    /// The journal with fields when systemd started the daemon, otherwise text.
    case auto
    case text
    /// One JSON object per line.
    case json
}

/// Kind of the store which keeps the jobs.
package enum StoreKind: String, Sendable, CaseIterable {
    case postgres
    /// The embedded file.
    case sqlite
}
