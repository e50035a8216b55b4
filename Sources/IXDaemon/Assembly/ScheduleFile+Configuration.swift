import IXConfig
import IXSchedules
import IXStore
import IXTelemetry
import Logging

extension ScheduleFile {
    /// Takes the schedules of the configuration's files.
    init(_ configuration: Configuration, _ identity: DaemonIdentity) {
        self.init(
            host: identity.host, instance: identity.instance,
            tables: configuration.schedules.map { Table(path: $0.file, definition: $0.definition) })
    }
}

extension Logger {
    /// Logs what came of a schedule of the files.
    func log(_ change: ScheduleFileChange, of file: ScheduleFile) {
        let table = file.tables.first { $0.definition.name == change.name }
        let fields: Logger.Metadata = [
            "schedule": "\(change.name)", "file": "\(table.map { "\(file.origin(of: $0))" } ?? "no file")",
            "other": "\(change.origin.map { "\($0)" } ?? "no file")",
        ]
        let event: EventKind =
            switch change.kind {
            case .entered: .scheduleEntered
            case .taken: .scheduleTaken
            case .refused: .schedulePaused
            case .freed: .scheduleFreed
            }
        log(event, fields.merging(change.reason.map { ["reason": "\($0)"] } ?? [:]) { $1 })
    }
}
