/// How severe a line must be to be logged; the raw values are those of swift-log's levels.
public enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// How lines are written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// To the journal with fields when started by systemd, else text.
    case auto
    case text
    /// One JSON object a line.
    case json
}
