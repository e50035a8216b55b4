import IXConfig
import IXCore
import IXStore
import IXTelemetry
import Logging

extension QueueFile {
    /// Takes the queues of the configuration's files. Failure: `InvalidInput` for a value that the store refuses, which no
    /// checked configuration has.
    init(_ configuration: Configuration, _ identity: DaemonIdentity) throws(InvalidInput) {
        var tables: [Table] = []
        for queue in configuration.queues {
            let text = JSONPairs(queue.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).text
            let document = try JSONDocument(text.utf8, field: "queues", limit: Limits.requestBytes)
            tables.append(Table(queue: queue.name, path: queue.file, settings: try QueueChange(document)))
        }
        self.init(host: identity.host, instance: identity.instance, tables: tables)
    }
}

extension Logger {
    /// Logs what came of a key of the files.
    func log(_ change: QueueKeyChange, of file: QueueFile) {
        let path = file.tables.first { $0.queue == change.queue }?.path ?? ""
        let mine = QueueKeyOrigin(file: path, host: file.host, instance: file.instance)
        let fields: Logger.Metadata = [
            "key": "queues.\(change.queue).\(change.key)", "value": "\(change.value ?? "no limit")",
            "before": "\(change.oldValue ?? "no limit")", "file": "\(mine)",
            "other": "\(change.origin.map { "\($0)" } ?? "no file")",
        ]
        let event: EventKind =
            switch change.kind {
            case .entered: .queueKeyEntered
            case .taken: .queueKeyTaken
            case .freed: .queueKeyFreed
            }
        log(event, fields)
    }
}
