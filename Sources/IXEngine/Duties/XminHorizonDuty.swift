import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `XminHorizonDuty` logs a warning when a session has kept dead rows from being cleared for longer than the limit. A
/// second message reports the end of the hold; each message is logged once.
final class XminHorizonDuty: Duty {
    let name = "the check of the xmin horizon"
    private let shared: WorkerContext
    private let store: any JobStore
    private let watch = Locked(XminHorizonWatch())

    init(_ shared: WorkerContext, store: any JobStore) {
        self.shared = shared
        self.store = store
    }

    /// One minute, or the limit when the limit is shorter than a minute.
    var interval: Duration {
        min(max(shared.settings.xminHorizonWarning ?? .seconds(60), .milliseconds(500)), .seconds(60))
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        guard let limit = shared.settings.xminHorizonWarning else { return watch.value = XminHorizonWatch() }
        let holds = try await store.perform { try $0.xminHorizonHolds() }
        for transition in watch.value.transitions(holds, limit: limit, now: .now) { log(transition) }
    }

    private func log(_ transition: XminHorizonWatch.Transition) {
        switch transition {
        case .held(let hold, let time):
            shared.logger.log(
                .xminHorizonHeld,
                [
                    "holder": "\(hold.holder)", "seconds": "\(time.components.seconds)",
                    "transactions": "\(hold.transactions)",
                ])
        case .free(let holder, let time):
            shared.logger.log(.xminHorizonFree, ["holder": "\(holder)", "seconds": "\(time.components.seconds)"])
        }
    }
}
