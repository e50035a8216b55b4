/// Where jobs are kept.
public enum StoreKind: String, Sendable, CaseIterable {
    case postgres
}

extension Settings {
    /// What `[store] kind` comes to; nil when it is `auto` and nobody named a store.
    var storeKind: StoreKind? {
        let name = self["store.kind"].value.text
        guard name == "auto" else { return StoreKind(rawValue: name) }
        let saysSomething = ConfigurationKey.all.contains {
            $0.section == "postgres" && self[$0.path].origin != .standard
        }
        return saysSomething ? .postgres : nil
    }
}
