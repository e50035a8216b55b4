import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `XminHorizonDuty` logs a warning when a session has kept dead rows from being cleared for longer than the limit. A
/// second message reports the end of the hold; each message is logged once.
final class XminHorizonDuty: StoreDuty {
    let name = "the check of the xmin horizon"
    private let store: PostgresStore
    private let logger: Logger
    private let watch = Locked(XminHorizonWatch())

    init(_ store: PostgresStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// One minute, or the limit when the limit is shorter than a minute.
    var interval: Duration {
        min(max(store.upkeepTimes.xminHorizonWarning ?? .seconds(60), .milliseconds(500)), .seconds(60))
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        guard let limit = store.upkeepTimes.xminHorizonWarning else {
            watch.value = XminHorizonWatch()
            return []
        }
        let holds = try await store.xminHorizonHolds()
        for transition in watch.value.transitions(holds, limit: limit, now: .now) { log(transition) }
        return []
    }

    private func log(_ transition: XminHorizonWatch.Transition) {
        switch transition {
        case .held(let hold, let time):
            logger.log(
                .xminHorizonHeld,
                [
                    "holder": "\(hold.holder)", "seconds": .wholeSeconds(time),
                    "transactions": .number(hold.transactions),
                ])
        case .free(let holder, let time):
            logger.log(.xminHorizonFree, ["holder": "\(holder)", "seconds": .wholeSeconds(time)])
        }
    }
}
