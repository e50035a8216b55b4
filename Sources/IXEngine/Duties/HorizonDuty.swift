import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `HorizonDuty` logs a warning when a session has kept dead rows from being cleared for longer than the limit. A
/// second message reports the end of the hold; each message is logged once.
final class HorizonDuty: Duty {
    let name = "the check of the xmin horizon"
    private let shared: WorkerContext
    private let store: any JobStore
    private let watch = Locked(HorizonWatch())

    init(_ shared: WorkerContext, store: any JobStore) {
        self.shared = shared
        self.store = store
    }

    /// One minute, or the limit when the limit is shorter than a minute.
    var interval: Duration {
        min(max(shared.settings.horizonWarning ?? .seconds(60), .milliseconds(500)), .seconds(60))
    }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        guard let limit = shared.settings.horizonWarning else { return watch.value = HorizonWatch() }
        let holds = try await store.perform { try $0.horizonHolds() }
        for change in watch.value.changes(holds, limit: limit, now: .now) { tell(change) }
    }

    private func tell(_ change: HorizonWatch.Change) {
        switch change {
        case .held(let hold, let time):
            shared.logger.tell(
                .horizonHeld,
                [
                    "holder": "\(hold.holder)", "seconds": "\(time.components.seconds)",
                    "transactions": "\(hold.transactions)",
                ])
        case .free(let holder, let time):
            shared.logger.tell(.horizonFree, ["holder": "\(holder)", "seconds": "\(time.components.seconds)"])
        }
    }
}
