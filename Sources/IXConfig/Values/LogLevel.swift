/// Severity of a log line. The raw values are the names of swift-log's levels.
public enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// Format of log lines.
public enum LogFormat: String, Sendable, CaseIterable {
    /// The journal with fields when systemd started the daemon, otherwise text.
    case auto
    case text
    /// One JSON object per line.
    case json
}
