import IXLogs
import IXStore
import Logging
import Synchronization

/// Whether the store answers; says so once when that changes, however many workers notice.
final class Outage: Sendable {
    private let current = Mutex<String?>(nil)
    /// Whether there is a reason; nearly never, so that a call that was answered needs no lock.
    private let isAway = Atomic(false)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Why it doesn't answer, nil when it does.
    var reason: String? { current.withLock { $0 } }

    func failed(_ error: StoreError) {
        let isNews = current.withLock { reason in
            isAway.store(true, ordering: .releasing)
            defer { reason = error.description }
            return reason == nil
        }
        guard isNews else { return }
        logger.tell(.storeAway, ["reason": "\(error.debugDescription)"])
    }

    func answered() {
        guard isAway.load(ordering: .acquiring) else { return }
        let isNews = current.withLock { reason in
            isAway.store(false, ordering: .releasing)
            defer { reason = nil }
            return reason != nil
        }
        if isNews { logger.tell(.storeBack) }
    }
}
