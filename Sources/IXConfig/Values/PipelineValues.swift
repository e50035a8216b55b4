/// The values of a pipeline: a table over the defaults, with a value for every key of the kind. Requires: no faults.
struct PipelineValues {
    let kind: PipelineKind
    private let table: PipelineTable
    private let settings: Settings

    /// Returns nil for a table without a kind, which has faults.
    init?(_ table: PipelineTable, _ settings: Settings) {
        guard let kind = table.kind else { return nil }
        self.kind = kind
        self.table = table
        self.settings = settings
    }

    subscript<Value>(_ path: KeyPath<PipelineTableKeys, PipelineTableKey<Value>>) -> Value {
        let key = PipelineTableKeys.standard[keyPath: path]
        return entry(key.definition).flatMap { key.type.unwrap($0.value) } ?? key.fallback
    }

    /// Every key of the pipeline with the value in effect.
    var entries: [ConfigurationEntry] {
        PipelineKey.keys(of: kind).compactMap { key in
            entry(key).map { entry in
                let name = DottedName.text(["pipelines", table.name, key.name])
                return ConfigurationEntry(key: name, value: entry.value.shown, origin: entry.origin)
            }
        }
    }

    private func entry(_ key: PipelineKey) -> SettingEntry? {
        if let given = table.entry(key.name) { return given }
        if let inherited = key.inherits { return settings.entry(of: inherited) }
        return key.standard.map { SettingEntry(value: $0, origin: .standard) }
    }
}
