import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Enters the queues of the daemon's files. The file has one daemon, so a key in none of its tables is free.
    package func enterFile(_ file: QueueFile) throws(StoreError) -> [QueueKeyChange] {
        if file.tables.isEmpty {
            let known = try read("list_file_keys") { db in try db.rows(.listFileKeys).map(StoredQueue.init) }
            guard known.contains(where: { !$0.origins.isEmpty }) else { return [] }
        }
        return try write("enter_file") { db in
            let stored = try db.rows(.listFileKeys).map(StoredQueue.init)
            var changes: [QueueKeyChange] = []
            for table in file.tables.sorted(by: { $0.queue < $1.queue }) {
                changes += try Self.enter(table, of: file, over: stored.first { $0.queue == table.queue }, db)
            }
            for queue in stored { changes += try Self.free(queue, file, db) }
            return changes
        }
    }

    private static func enter(
        _ table: QueueFile.Table, of file: QueueFile, over old: StoredQueue?, _ db: Database
    ) throws -> [QueueKeyChange] {
        let members = table.settings.members.sorted { $0.key < $1.key }
        let changed = members.filter { old == nil || !StoredQueue.isSame(old?.values[$0.key], $0.value) }
        if old == nil || !changed.isEmpty { try change(table.queue, table.settings, db) }
        let mine = QueueKeyOrigin(file: table.path, host: file.host, instance: file.instance)
        let origins = (old?.origins ?? [:]).merging(members.map { ($0.key, mine) }) { $1 }
        if origins != old?.origins ?? [:] { try set(origins, of: table.queue, db) }
        return changed.map { key, value in
            let origin = old?.origins[key]
            let isForeign = origin.map { $0.host != file.host || $0.instance != file.instance } ?? false
            return QueueKeyChange(
                queue: table.queue, key: key, kind: isForeign ? .taken : .entered, value: value,
                oldValue: old?.values[key], origin: origin)
        }
    }

    private static func free(_ queue: StoredQueue, _ file: QueueFile, _ db: Database) throws -> [QueueKeyChange] {
        let named = file.tables.first { $0.queue == queue.queue }?.settings.members ?? [:]
        let left = queue.origins.filter { named[$0.key] == nil }.sorted { $0.key < $1.key }
        guard !left.isEmpty, let row = try db.row(.readQueue, [queue.queue]) else { return [] }
        var origins = QueueKeyOrigin.all(row["file_keys"])
        for key in left { origins[key.key] = nil }
        try set(origins, of: queue.queue, db)
        return left.map { key, origin in
            QueueKeyChange(
                queue: queue.queue, key: key, kind: .freed, value: queue.values[key], oldValue: nil, origin: origin)
        }
    }

    private static func set(_ origins: [String: QueueKeyOrigin], of queue: String, _ db: Database) throws {
        let pairs = origins.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        try db.run(.setFileKeys, [queue, JSONPairs(pairs).text])
    }
}

/// A queue's settings as JSON, and whose they are.
private struct StoredQueue {
    let queue: String
    let origins: [String: QueueKeyOrigin]
    /// By key; no limit is left out.
    let values: [String: String]

    init(_ row: Row) {
        queue = row["queue"]
        origins = QueueKeyOrigin.all(row["file_keys"])
        let text: String = row["settings"]
        // ignored: the statement builds an object
        let settings = try? JSONDocument(text.utf8, field: "settings", limit: Limits.requestBytes)
        let pairs = (settings?.names ?? []).compactMap { name in settings?[name].map { (name, $0) } }
        values = Dictionary(pairs.filter { !$0.1.isNull }.map { ($0.0, $0.1.text) }) { first, _ in first }
    }

    /// True when two JSON texts stand for the same setting: `60` and `60.0`, `["a", "b"]` and `["a","b"]`.
    static func isSame(_ one: String?, _ other: String) -> Bool {
        guard let one else { return false }
        if let left = Double(one), let right = Double(other) { return left == right }
        if let left = QueueSettings.names(one), let right = QueueSettings.names(other) { return left == right }
        return one == other
    }
}
