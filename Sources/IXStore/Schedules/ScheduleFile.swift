import IXCore
package import IXSchedules

/// The schedules of a daemon's configuration files, which every start and every reload enter into the store.
package struct ScheduleFile: Sendable, Equatable {
    /// A table `[schedules.NAME]`.
    package struct Table: Sendable, Equatable {
        /// The path of the file.
        package let path: String
        package let definition: ScheduleDefinition

        /// Creates a table.
        package init(path: String, definition: ScheduleDefinition) { (self.path, self.definition) = (path, definition) }
    }

    /// The daemon's host and instance, which with a file's path say where a schedule stands.
    package let host: String
    package let instance: String
    /// The tables, at most one for a name.
    package let tables: [Table]

    /// Creates the schedules of a daemon's files.
    package init(host: String, instance: String, tables: [Table]) {
        (self.host, self.instance, self.tables) = (host, instance, tables)
    }

    /// The origin of a table's schedule.
    package func origin(of table: Table) -> QueueKeyOrigin {
        QueueKeyOrigin(file: table.path, host: host, instance: instance)
    }

    /// The tables as a JSON array, each a definition with its `origin`.
    package var json: String {
        let objects = tables.map { table in
            let one = table.definition
            return JSONPairs(
                [("name", JSONPairs.literal(one.name)), ("request", one.request)] + one.members + [
                    ("origin", origin(of: table).json)
                ]
            ).text
        }
        return "[" + objects.joined(separator: ",") + "]"
    }
}

/// `ScheduleFileChange` is what came of a schedule when a daemon entered its files.
package struct ScheduleFileChange: Sendable, Equatable {
    /// The kinds of change.
    package enum Kind: String, Sendable {
        /// The schedule is new, or its definition is.
        case entered
        /// The definition was another daemon's file's, and another one.
        case taken
        /// The store refuses the schedule, which is paused with the reason, unless an operator had paused it.
        case refused
        /// The schedule has left the file, and goes on.
        case freed
    }

    package let name: String
    package let kind: Kind
    /// The file that had set the schedule; nil for none.
    package let origin: QueueKeyOrigin?
    /// Why the store refuses the schedule; nil for other changes.
    package let reason: String?

    /// Creates a change.
    package init(name: String, kind: Kind, origin: QueueKeyOrigin?, reason: String? = nil) {
        (self.name, self.kind, self.origin, self.reason) = (name, kind, origin, reason)
    }
}
