package import IXCore

/// The queues of a daemon's configuration files, which every start and every reload enter into the store.
package struct QueueFile: Sendable, Equatable {
    /// A table `[queues.NAME]`.
    package struct Table: Sendable, Equatable {
        /// The queue.
        package let queue: String
        /// The path of the file.
        package let path: String
        /// The settings that the table names.
        package let settings: QueueChange

        /// Creates a table.
        package init(queue: String, path: String, settings: QueueChange) {
            (self.queue, self.path, self.settings) = (queue, path, settings)
        }
    }

    /// The daemon's host and instance, which with a file's path say where a key stands.
    package let host: String
    package let instance: String
    /// The tables, at most one for a queue.
    package let tables: [Table]

    /// Creates the queues of a daemon's files.
    package init(host: String, instance: String, tables: [Table]) {
        (self.host, self.instance, self.tables) = (host, instance, tables)
    }

    /// The tables as a JSON array.
    package var json: String {
        let objects = tables.map { table in
            JSONPairs([
                ("queue", JSONPairs.literal(table.queue)), ("file", JSONPairs.literal(table.path)),
                ("settings", table.settings.json),
            ]).text
        }
        return "[" + objects.joined(separator: ",") + "]"
    }
}

/// `QueueKeyChange` is what came of a key when a daemon entered its files.
package struct QueueKeyChange: Sendable, Equatable {
    /// The kinds of change.
    package enum Kind: String, Sendable {
        /// The value is new.
        case entered
        /// The value was another daemon's file's, and another one.
        case taken
        /// The key has left the file, and keeps its value.
        case freed
    }

    /// The queue and the key.
    package let queue: String
    package let key: String
    /// What happened.
    package let kind: Kind
    /// The setting afterwards and before, as JSON; nil for no limit.
    package let value: String?
    package let oldValue: String?
    /// The file that had set the key; nil for none.
    package let origin: QueueKeyOrigin?

    /// Creates a change.
    package init(
        queue: String, key: String, kind: Kind, value: String?, oldValue: String?, origin: QueueKeyOrigin?
    ) {
        (self.queue, self.key, self.kind) = (queue, key, kind)
        (self.value, self.oldValue, self.origin) = (value, oldValue, origin)
    }
}

extension QueueChange {
    /// Throws `InvalidInput` naming the first member that a configuration file sets.
    package func checkFree(of settings: QueueSettings) throws(InvalidInput) {
        for name in members.keys.sorted() {
            guard let origin = settings.origins[name] else { continue }
            throw InvalidInput(name, "queues.\(settings.queue).\(name) is set by \(origin)")
        }
    }
}
