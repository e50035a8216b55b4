import IXCore

/// A table `[pipelines.NAME]` with individually checked values. The table may be used when `faults` is empty.
struct PipelineTable {
    let name: String
    private(set) var kind: PipelineKind?
    private(set) var faults: [ConfigurationFault] = []
    private var entries: [String: SettingEntry] = [:]
    private let file: TOMLFile

    /// Returns the file's pipelines, sorted by name, and their faults.
    static func all(in file: TOMLFile) -> (tables: [PipelineTable], faults: [ConfigurationFault]) {
        guard let node = file.root["pipelines"] else { return ([], []) }
        guard case .table(let members) = node else {
            let reason = "must be a table, is \(node.type)"
            return ([], [ConfigurationFault(origin: file.origin(["pipelines"]), key: "pipelines", reason: reason)])
        }
        let tables = members.sorted { $0.key < $1.key }.map { PipelineTable($0.key, $0.value, file) }
        return (tables, tables.flatMap(\.faults))
    }

    private init(_ name: String, _ node: TOMLNode, _ file: TOMLFile) {
        self.name = name
        self.file = file
        checkName()
        readMembers(node)
        checkCommand()
        checkURL()
        checkRetry()
    }

    /// The path `pipelines.NAME` as the file writes the name.
    var key: String { DottedName.text(path) }

    /// The file and line where the table begins.
    var origin: ConfigurationOrigin { file.origin(path) }

    /// Returns the file's entry for the key; nil when the file has no such entry.
    func entry(_ key: String) -> SettingEntry? { entries[key] }

    private mutating func checkName() {
        do {
            try Keys.validated(name, field: "name")
        } catch {
            refuse([], "the name \(error.reason)")
        }
    }

    private mutating func readMembers(_ node: TOMLNode) {
        guard case .table(let members) = node else { return refuse([], "must be a table, is \(node.type)") }
        readKind(members["kind"])
        for (key, node) in members.sorted(by: { $0.key < $1.key }) where key != "kind" { read(key, node) }
    }

    private mutating func readKind(_ node: TOMLNode?) {
        let words = PipelineKey.kind.kind.words
        guard let node else { return refuse([], "kind is missing: \(words)") }
        read("kind", node)
        if case .text(let text) = entries["kind"]?.value { kind = PipelineKind(rawValue: text) }
    }

    private mutating func read(_ name: String, _ node: TOMLNode) {
        let keys = kind.map(PipelineKey.keys) ?? PipelineKey.all
        guard let key = keys.first(where: { $0.name == name }) else {
            return refuse([name], UnknownKey.reason(name, ofPipeline: kind))
        }
        do {
            entries[name] = SettingEntry(value: try key.kind.read(node), origin: file.origin(path + [name]))
        } catch {
            refuse([name], error.reason)
        }
    }

    private mutating func checkCommand() {
        guard let kind, kind == .exec || kind == .worker,
            !faults.contains(where: { $0.key == DottedName.text(path + ["command"]) })
        else { return }
        guard case .texts(let command) = entries["command"]?.value else {
            return refuse([], "command is missing, which kind \(kind.rawValue) needs")
        }
        guard let program = command.first else { return refuse(["command"], "must not be empty") }
        if program.isEmpty { refuse(["command"], "item 1 must not be empty") }
    }

    private mutating func checkURL() {
        guard kind == .http, !faults.contains(where: { $0.key == DottedName.text(path + ["url"]) }) else { return }
        if entries["url"] == nil { refuse([], "url is missing, which kind http needs") }
    }

    /// Refuses keys which would have no effect, because such keys are a mistake.
    private mutating func checkRetry() {
        guard entries["retry_errors"]?.value != .bool(true) else { return }
        for key in PipelineKey.all where key.name.hasPrefix("retry_") && key.kinds.count > 1 {
            guard let given = entries[key.name], given.value != key.standard else { continue }
            refuse([key.name], "has no effect without retry_errors = true")
        }
    }

    private mutating func refuse(_ rest: [String], _ reason: String) {
        let path = path + rest
        faults.append(ConfigurationFault(origin: file.origin(path), key: DottedName.text(path), reason: reason))
    }

    private var path: [String] { ["pipelines", name] }
}
