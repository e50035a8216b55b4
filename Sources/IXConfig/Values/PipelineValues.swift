/// The values of a pipeline: a table over the defaults, with a value for every key of the kind. Requires: no faults.
struct PipelineValues {
    let kind: PipelineKind
    private let table: PipelineTable
    private let settings: Settings

    init(_ table: PipelineTable, _ settings: Settings) {
        guard let kind = table.kind else { preconditionFailure("a table without a kind has faults") }
        self.kind = kind
        self.table = table
        self.settings = settings
    }

    subscript(name: String) -> Setting {
        guard let key = PipelineKey.all.first(where: { $0.name == name }) else {
            preconditionFailure("\(name) is not in the table of keys")
        }
        return entry(key).value
    }

    /// Every key of the pipeline with the value in effect.
    var entries: [ConfigurationEntry] {
        PipelineKey.keys(of: kind).map { key in
            let entry = entry(key)
            let name = DottedName.text(["pipelines", table.name, key.name])
            return ConfigurationEntry(key: name, value: entry.value.shown, origin: entry.origin)
        }
    }

    private func entry(_ key: PipelineKey) -> SettingEntry {
        if let given = table.entry(key.name) { return given }
        if let path = key.inherits { return settings[path] }
        guard let standard = key.standard else { preconditionFailure("a table without \(key.name) has faults") }
        return SettingEntry(value: standard, origin: .standard)
    }
}
