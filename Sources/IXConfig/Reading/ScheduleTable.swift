import IXCore
import IXSchedules

/// A table `[schedules.NAME]`, checked as a schedule is at every door. The table may be used when its file has no faults.
struct ScheduleTable: FileTable {
    private var table: NamedTable
    /// The schedule; nil when the table has faults.
    private(set) var definition: ScheduleDefinition?

    /// Returns the file's schedules, sorted by name, and their faults.
    static func all(in file: TOMLFile) -> (tables: [ScheduleTable], faults: [ConfigurationFault]) {
        let (named, faults) = NamedTable.all(of: "schedules", in: file)
        let tables = named.map(ScheduleTable.init)
        return (tables, faults + tables.flatMap(\.table.faults))
    }

    private init(_ table: NamedTable, _ node: TOMLNode) {
        self.table = table
        readMembers(node)
        guard self.table.faults.isEmpty else { return }
        do throws(InvalidInput) { definition = try read() } catch { refuse(error) }
    }

    var name: String { table.name }
    var key: String { table.key }
    var origin: ConfigurationOrigin { table.origin }

    /// The keys that the file names, in the order of the reference file.
    var entries: [(key: String, entry: SettingEntry)] {
        ScheduleFileKey.all.compactMap { key in table[key.name].map { (key.name, $0) } }
    }

    private mutating func readMembers(_ node: TOMLNode) {
        guard case .table(let members) = node else { return table.refuse([], "must be a table, is \(node.type)") }
        for (name, node) in members.sorted(by: { $0.key < $1.key }) {
            guard let key = ScheduleFileKey.all.first(where: { $0.name == name }) else {
                table.refuse([name], UnknownKey.reason(ofSchedule: name))
                continue
            }
            table.read(name, node, as: key.kind)
        }
    }

    private func read() throws(InvalidInput) -> ScheduleDefinition {
        var request = try JSONDocument(request: "{}")
        if case .text(let text) = table["request"]?.value { request = try JSONDocument(request: text) }
        guard case .text(let useCase) = table["use_case"]?.value else { throw InvalidInput("use_case", "is missing") }
        if let other = request["use_case"] {
            throw InvalidInput("request", "its use_case \(PrintedText.safe(other.text)) belongs into the key use_case")
        }
        request = request.setting([("use_case", useCase)])
        // A number or a text is the same in TOML and in JSON.
        let values = entries.filter { !["use_case", "request"].contains($0.key) }.map { ($0.key, $0.entry.value.toml) }
        let text = JSONPairs([("request", request.text)] + values).text
        return try ScheduleDefinition(
            name,
            try JSONDocument(
                text.utf8, field: "request", limit: Limits.requestBytes * 2, nesting: Limits.nesting + 1))
    }

    private mutating func refuse(_ refusal: InvalidInput) {
        let isKey = ScheduleFileKey.all.contains { $0.name == refusal.field }
        if isKey, table[refusal.field] != nil { return table.refuse([refusal.field], refusal.reason) }
        table.refuse([], isKey ? refusal.description : refusal.reason)
    }
}
