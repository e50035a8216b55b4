/// The configuration of a queue: the keys that `[queues.NAME]` names. All other settings of the queue are not the file's.
package struct QueueConfiguration: Sendable, Equatable {
    /// The queue.
    package let name: String
    /// The path of the file that has the table.
    package let file: String
    /// The settings by key, each value as JSON.
    package let values: [String: String]

    /// Takes the keys of a table. Requires: the table has no faults.
    init(_ table: QueueTable) {
        name = table.name
        if case .file(let path, _) = table.origin { file = path } else { file = table.origin.description }
        // A number, a text or a list of texts is the same in TOML and in JSON.
        values = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.key, $0.entry.value.toml) })
    }
}

extension QueueTable {
    /// Every key of the file with its value.
    var listed: [ConfigurationEntry] {
        entries.map { key, entry in
            ConfigurationEntry(
                key: DottedName.text(["queues", name, key]), value: entry.value.shown, origin: entry.origin)
        }
    }
}
