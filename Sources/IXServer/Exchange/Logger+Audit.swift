import IXRepresentation
import IXStore
import IXTelemetry
import Logging

extension Logger {
    /// Logs a change that was committed, as the audit has it.
    func log(_ entry: AuditEntry, adding fields: Logger.Metadata = [:]) {
        log(
            .action,
            fields.merging(entry.fields.mapValues { "\($0)" }.merging(["count": .number(entry.count)]) { $1 }) { $1 })
    }
}
