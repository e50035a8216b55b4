import IXTelemetry
package import Logging
import Synchronization

/// Logs the server's notices, each text once, because every connection of a pool receives each notice.
package final class NoticeLog: Sendable {
    /// The number of distinct notices logged. A server, or a trigger of foreign code, may send a new text each time;
    /// further texts are dropped.
    private static let limit = 100
    private let told = Mutex<Set<ServerNotice>>([])
    private let logger: Logger

    /// Makes a log of notices that writes to `logger`.
    package init(_ logger: Logger) { self.logger = logger }

    /// Logs the notice if its text is new and fewer than 100 texts were logged. Concurrency: callable from any thread.
    package func log(_ notice: ServerNotice) {
        let isNew = told.withLock { $0.count < Self.limit && $0.insert(notice).inserted }
        guard isNew else { return }
        var fields: Logger.Metadata = ["severity": "\(notice.severity)", "reason": "\(notice.text)"]
        if let hint = notice.hint { fields["hint"] = "\(hint)" }
        logger.log(notice.isWarning ? .serverWarning : .serverNotice, fields)
    }
}
