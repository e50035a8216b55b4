package import IXSchedules

/// The configuration of a schedule: a table `[schedules.NAME]`.
package struct ScheduleConfiguration: Sendable, Equatable {
    /// The path of the file that has the table.
    package let file: String
    /// The schedule.
    package let definition: ScheduleDefinition
    /// The schedule's name.
    package var name: String { definition.name }

    /// Takes a table; nil when it has faults.
    init?(_ table: ScheduleTable) {
        guard let definition = table.definition else { return nil }
        self.definition = definition
        if case .file(let path, _) = table.origin { file = path } else { file = table.origin.description }
    }
}

extension ScheduleTable {
    /// Every key of the file with its value.
    var listed: [ConfigurationEntry] {
        entries.map { key, entry in
            ConfigurationEntry(
                key: DottedName.text(["schedules", name, key]), value: entry.value.shown, origin: entry.origin)
        }
    }
}
