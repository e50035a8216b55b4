package import FoundationEssentials
package import IXConcurrency
import IXCore
package import IXStore
package import IXTelemetry
package import Logging
import Synchronization

/// `CallbackDelivery` delivers the callbacks of the outbox: claims due callbacks, posts each callback, and records the
/// results.
///
/// Guarantees: a callback is sent only after its claim was committed, and the result is written under the claim.
/// Callbacks due while the daemon is down, or unwritten when the daemon stops, are sent again under the same id.
///
/// Concurrency: a single loop asks the store; deliveries run beside the loop.
package final class CallbackDelivery: CallbackSink {
    /// The loop's liveness. The beat is never late before `run` and after the loop has ended.
    package let liveness = Liveness("callbacks", nextWithin: .seconds(1_000_000_000))  // not started yet
    let shared: DeliveryState
    private let store: RoleStore<any CallbackOutbox>
    private let logger: Logger
    private let life = LoopLife()
    private let callLimit: Duration
    private let meters: CallbackMeters?
    private let executor = DispatchQueueExecutor(label: "ix.callbacks")
    private let tracing: Tracing?

    private let resolver = Resolver()
    private let slots = AddressSlots()

    /// Creates a delivery that claims nothing until `run` is called.
    ///
    /// - Parameters:
    ///   - callLimit: the longest time for a call to the store.
    ///   - meters: counts the tries; nil for none.
    ///   - tracing: keeps a span of each try; nil for none.
    package init(
        settings: CallbackSettings, store: any JobStore, callLimit: Duration, meters: CallbackMeters? = nil,
        tracing: Tracing? = nil, logger: Logger
    ) {
        (self.meters, self.tracing) = (meters, tracing)
        shared = DeliveryState(settings, resolver, slots)
        self.store = store.outbox
        self.callLimit = callLimit
        self.logger = logger
    }

    /// Applies new settings to deliveries that have not begun.
    package func apply(_ settings: CallbackSettings) {
        shared.wake { state in
            guard state.settings != settings else { return }
            state.settings = settings
            state.poster = Poster(settings, resolver, slots)
        }
    }

    package func run(as daemonID: @escaping @Sendable () -> UUID) async {
        await life.run {
            let loop = DeliveryLoop(
                shared: shared, store: store, callLimit: callLimit, liveness: liveness, daemonID: daemonID,
                meters: meters, tracing: tracing, logger: logger)
            // The watchdog looks at the loop, and a pipeline's tasks may hold the pool that all tasks share.
            await withTaskExecutorPreference(executor) { await loop.run() }
            liveness.end()
        }
    }

    /// The endpoints to which this daemon sends nothing but a probe now and then, because deliveries failed; by name.
    package var closedEndpoints: [String] { shared.state.withLock { $0.closedEndpoints } }

    /// Wakes the loop because a callback may be due. Returns at once. Concurrency: from any thread.
    package func wake() { shared.wake { $0.isHinted = true } }

    /// Wakes the loop when callbacks wait while the loop believes that none does.
    package func told(ofAny: Bool) {
        let isNews = shared.state.withLock { state in
            state.isTold = true
            return ofAny && state.knowsOfNone
        }
        if isNews { wake() }
    }

    /// Stops claiming when no callback is due or `limit` is over. Deliveries still running then are stopped and become
    /// due again.
    ///
    /// Guarantees: returns within `limit` plus `callLimit` plus 2 seconds.
    package func drain(upTo limit: Duration) async {
        life.stop()
        shared.wake { $0.isDraining = true }
        if await life.ended.wait(upTo: limit) { return }
        shared.wake { $0.isCut = true }
        await life.ended.wait(upTo: .seconds(2) + callLimit)
    }
}
