import Logging

/// `ControlledHandler` holds a logger's metadata, and a level when the logger has a level of its own.
struct ControlledHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    private let control: LogControl
    private var own: Logger.Level?

    init(_ control: LogControl) { self.control = control }

    var logLevel: Logger.Level {
        get { own ?? control.level }
        set { own = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        control.write(
            LogLine(
                level: event.level, message: event.message.description, metadata: all, file: event.file,
                line: event.line, function: event.function))
    }
}
