/// A table `[pipelines.NAME]` with the rules between its keys. The table may be used when `faults` is empty.
struct PipelineTable: FileTable {
    private(set) var kind: PipelineKind?
    private var table: NamedTable

    /// Returns the file's pipelines, sorted by name, and their faults.
    static func all(in file: TOMLFile) -> (tables: [PipelineTable], faults: [ConfigurationFault]) {
        let (named, faults) = NamedTable.all(of: "pipelines", in: file)
        let tables = named.map(PipelineTable.init)
        return (tables, faults + tables.flatMap(\.table.faults))
    }

    private init(_ table: NamedTable, _ node: TOMLNode) {
        self.table = table
        readMembers(node)
        checkCommand()
        checkURL()
        checkRetry()
    }

    var name: String { table.name }

    var key: String { table.key }

    var origin: ConfigurationOrigin { table.origin }

    /// Returns the file's entry for the key; nil when the file has no such entry.
    func entry(_ key: String) -> SettingEntry? { table[key] }

    private mutating func readMembers(_ node: TOMLNode) {
        guard case .table(let members) = node else { return table.refuse([], "must be a table, is \(node.type)") }
        readKind(members["kind"])
        for (key, node) in members.sorted(by: { $0.key < $1.key }) where key != "kind" { read(key, node) }
    }

    private mutating func readKind(_ node: TOMLNode?) {
        let words = PipelineTableKeys.standard.kind.type.kind.words
        guard let node else { return table.refuse([], "kind is missing: \(words)") }
        read("kind", node)
        if case .text(let text) = table["kind"]?.value { kind = PipelineKind(rawValue: text) }
    }

    private mutating func read(_ name: String, _ node: TOMLNode) {
        let keys = kind.map(PipelineKey.keys) ?? PipelineKey.all
        guard let key = keys.first(where: { $0.name == name }) else {
            return table.refuse([name], UnknownKey.reason(name, ofPipeline: kind))
        }
        table.read(name, node, as: key.kind)
    }

    private mutating func checkCommand() {
        guard let kind, kind == .exec || kind == .worker, !table.isFaulty("command") else { return }
        guard case .texts(let command) = table["command"]?.value else {
            return table.refuse([], "command is missing, which kind \(kind.rawValue) needs")
        }
        guard let program = command.first else { return table.refuse(["command"], "must not be empty") }
        if program.isEmpty { table.refuse(["command"], "item 1 must not be empty") }
    }

    private mutating func checkURL() {
        if kind == .http, table.lacks("url") { table.refuse([], "url is missing, which kind http needs") }
    }

    /// Refuses what would have no effect, because such keys are a mistake.
    private mutating func checkRetry() {
        guard case .texts(let outcomes) = table["retry_on"]?.value else { return }
        if let kind, kind != .exec, let exit = outcomes.first(where: { $0.hasPrefix("exit:") }) {
            table.refuse(
                ["retry_on"], "\(exit) has no effect, because kind \(kind.rawValue) has no exit status for a job")
        }
        guard outcomes.isEmpty else { return }
        for key in PipelineKey.all where key.name.hasPrefix("retry_") && key.name != "retry_on" {
            guard let given = table[key.name], given.value != key.inherits?.standard else { continue }
            table.refuse([key.name], "has no effect with retry_on = []")
        }
    }
}
