import Logging

/// A logger's own part: its metadata, and a level of its own where somebody sets one.
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
