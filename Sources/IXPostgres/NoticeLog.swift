import IXLogs
public import Logging
import Synchronization

/// Tells the log what the server says beside its answers, each text once: every connection of a pool hears the same.
public final class NoticeLog: Sendable {
    /// A server, or a trigger of foreign code, can say something else each time: then it is told no more.
    private static let limit = 100
    private let told = Mutex<Set<ServerNotice>>([])
    private let logger: Logger

    public init(_ logger: Logger) { self.logger = logger }

    public func tell(_ notice: ServerNotice) {
        let isNew = told.withLock { $0.count < Self.limit && $0.insert(notice).inserted }
        guard isNew else { return }
        var fields: Logger.Metadata = ["severity": "\(notice.severity)", "reason": "\(notice.text)"]
        if let hint = notice.hint { fields["hint"] = "\(hint)" }
        logger.tell(notice.isWarning ? .serverWarning : .serverNotice, fields)
    }
}
