import IXStore
import Logging
import Synchronization

/// Whether the store answers; says so once when that changes, however many workers notice.
final class Outage: Sendable {
    private let isOut = Mutex(false)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func failed(_ error: StoreError) {
        let isNews = isOut.withLock { isOut in
            defer { isOut = true }
            return !isOut
        }
        guard isNews else { return }
        logger.warning("the store does not answer; waiting for it", metadata: ["reason": "\(error.debugDescription)"])
    }

    func answered() {
        let isNews = isOut.withLock { isOut in
            defer { isOut = false }
            return isOut
        }
        if isNews { logger.notice("the store answers again") }
    }
}
