/// Where jobs are kept.
public enum StoreKind: String, Sendable, CaseIterable {
    case postgres
    /// The embedded file.
    case sqlite
}

extension Settings {
    /// What `[store] kind` comes to; `auto` is the embedded file when nobody says anything about PostgreSQL.
    var storeKind: StoreKind {
        if let named = StoreKind(rawValue: self["store.kind"].value.text) { return named }
        return says("postgres") ? .postgres : .sqlite
    }

    /// Whether somebody chose the store, rather than nobody choosing another.
    var isStoreNamed: Bool {
        StoreKind(rawValue: self["store.kind"].value.text) != nil || says("postgres") || says("sqlite")
    }

    private func says(_ section: String) -> Bool {
        ConfigurationKey.all.contains { $0.section == section && self[$0.path].origin != .standard }
    }
}
