import IXCore

/// `NamedTable` is a table `[SECTION.NAME]` of a file, such as `[pipelines.extract]`: individually checked values under
/// their keys, and the faults found so far. Every section whose tables have names is read by it.
struct NamedTable {
    let section: String
    let name: String
    private(set) var faults: [ConfigurationFault] = []
    private var entries: [String: SettingEntry] = [:]
    private let file: TOMLFile

    /// Returns the section's tables, sorted by name, with their contents; a section that is no table is a fault.
    static func all(of section: String, in file: TOMLFile) -> (
        tables: [(table: NamedTable, node: TOMLNode)], faults: [ConfigurationFault]
    ) {
        guard let node = file.root[section] else { return ([], []) }
        guard case .table(let members) = node else {
            let reason = "must be a table, is \(node.type)"
            return ([], [ConfigurationFault(origin: file.origin([section]), key: section, reason: reason)])
        }
        return (members.sorted { $0.key < $1.key }.map { (NamedTable(section, $0.key, file), $0.value) }, [])
    }

    /// Creates a table without values, and checks the name.
    private init(_ section: String, _ name: String, _ file: TOMLFile) {
        self.section = section
        self.name = name
        self.file = file
        do {
            try Keys.validated(name, field: "name")
        } catch {
            refuse([], "the name \(error.reason)")
        }
    }

    /// The path `SECTION.NAME` as the file writes the name.
    var key: String { DottedName.text(path) }

    /// The file and line where the table begins.
    var origin: ConfigurationOrigin { file.origin(path) }

    subscript(key: String) -> SettingEntry? { entries[key] }

    /// True when the table gives no value for the key, and no fault of the key explains why.
    func lacks(_ key: String) -> Bool { entries[key] == nil && !isFaulty(key) }

    func isFaulty(_ key: String) -> Bool { faults.contains { $0.key == DottedName.text(path + [key]) } }

    mutating func read(_ name: String, _ node: TOMLNode, as kind: ConfigurationKey.Kind) {
        do {
            entries[name] = SettingEntry(value: try kind.read(node), origin: file.origin(path + [name]))
        } catch {
            refuse([name], error.reason)
        }
    }

    mutating func refuse(_ rest: [String], _ reason: String) {
        let path = path + rest
        faults.append(ConfigurationFault(origin: file.origin(path), key: DottedName.text(path), reason: reason))
    }

    private var path: [String] { [section, name] }
}

/// A table of a file under a name of its own, which may stand in one file only.
protocol FileTable {
    var name: String { get }
    /// The path `SECTION.NAME` as the file writes the name.
    var key: String { get }
    /// The file and line where the table begins.
    var origin: ConfigurationOrigin { get }
}
