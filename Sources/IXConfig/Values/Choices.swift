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

extension Settings {
    /// The store of `[store] kind`. `auto` is PostgreSQL when any key under `[postgres]` is set, else the embedded
    /// file.
    var storeKind: StoreKind {
        if let named = StoreKind(rawValue: self[\.store.kind]) { return named }
        return says("postgres") ? .postgres : .sqlite
    }

    /// True when a source names the store or sets a key of either store.
    var isStoreNamed: Bool {
        StoreKind(rawValue: self[\.store.kind]) != nil || says("postgres") || says("sqlite")
    }

    private func says(_ section: String) -> Bool {
        ConfigurationKey.all.contains { $0.section == section && entry(of: $0).origin != .standard }
    }
}
