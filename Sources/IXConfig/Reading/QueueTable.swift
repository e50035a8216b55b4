import IXCore

/// A table `[queues.NAME]` with the rules between its keys. The table may be used when its file has no faults.
struct QueueTable: FileTable {
    private var table: NamedTable

    /// Returns the file's queues, sorted by name, and their faults.
    static func all(in file: TOMLFile) -> (tables: [QueueTable], faults: [ConfigurationFault]) {
        let (named, faults) = NamedTable.all(of: "queues", in: file)
        let tables = named.map(QueueTable.init)
        return (tables, faults + tables.flatMap(\.table.faults))
    }

    private init(_ table: NamedTable, _ node: TOMLNode) {
        self.table = table
        readMembers(node)
        checkRates()
        checkTexts()
    }

    var name: String { table.name }
    var key: String { table.key }
    var origin: ConfigurationOrigin { table.origin }

    /// The keys that the file names, in the order of the reference file.
    var entries: [(key: String, entry: SettingEntry)] {
        QueueKey.all.compactMap { key in table[key.name].map { (key.name, $0) } }
    }

    private mutating func readMembers(_ node: TOMLNode) {
        guard case .table(let members) = node else { return table.refuse([], "must be a table, is \(node.type)") }
        for (name, node) in members.sorted(by: { $0.key < $1.key }) {
            guard let key = QueueKey.all.first(where: { $0.name == name }) else {
                table.refuse([name], UnknownKey.reason(ofQueue: name))
                continue
            }
            table.read(name, node, as: key.kind)
        }
    }

    private mutating func checkRates() {
        for (rate, seconds) in QueueKey.rates {
            if table[rate] != nil, table.lacks(seconds) { table.refuse([rate], "needs \(seconds) beside it") }
            if table[seconds] != nil, table.lacks(rate) { table.refuse([seconds], "has no effect without \(rate)") }
        }
    }

    private mutating func checkTexts() {
        if case .text(let path) = table["group_by"]?.value {
            do throws(InvalidInput) { try GroupPath.check(path) } catch { table.refuse(["group_by"], error.reason) }
        }
        guard case .texts(let useCases) = table["use_cases"]?.value else { return }
        for (index, useCase) in useCases.enumerated() {
            do throws(InvalidInput) { try Keys.validated(useCase, field: "use_cases") } catch {
                table.refuse(["use_cases"], "item \(index + 1) \(error.reason)")
            }
        }
    }
}
