import IXLogs
import IXStore
import Logging
import Synchronization

/// Whether the store answers; says so once when that changes, however many workers notice.
final class Outage: Sendable {
    private let current = Mutex<String?>(nil)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Why it doesn't answer, nil when it does.
    var reason: String? { current.withLock { $0 } }

    func failed(_ error: StoreError) {
        let isNews = current.withLock { reason in
            defer { reason = error.description }
            return reason == nil
        }
        guard isNews else { return }
        logger.tell(.storeAway, ["reason": "\(error.debugDescription)"])
    }

    func answered() {
        let isNews = current.withLock { reason in
            defer { reason = nil }
            return reason != nil
        }
        if isNews { logger.tell(.storeBack) }
    }
}
