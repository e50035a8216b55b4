public import FoundationEssentials
import IXCore
import IXLogs
public import IXStore
public import Logging
import Synchronization

/// Delivers what the outbox holds, as long as it runs: claims what is due, posts it, writes down what came of it.
///
/// Guarantees: a callback is sent only after its claim was committed; whatever it came to is written under that claim. What
/// is due while this process is dead, or stops before it is written, is sent again, under the same id.
/// Concurrency: one loop asks the store; deliveries run beside it.
public final class CallbackDelivery: CallbackSink {
    public let pulse = Pulse("callbacks", allowance: .seconds(1_000_000_000))  // not started yet
    let shared: Shared
    private let store: any JobStore
    private let logger: Logger
    private let isStarted = Mutex(false)
    private let callLimit: Duration

    /// What the loop and its deliveries have in common.
    final class Shared: Sendable {
        struct State {
            var settings: CallbackSettings
            var poster: Poster
            var ended: [Delivery.Ended] = []
            var isHinted = false
            var isDraining = false
            /// No more patience: what is under way is put back.
            var isCut = false
            var nap = Latch()
        }

        let state: Mutex<State>
        let over = Latch()

        init(_ settings: CallbackSettings, _ resolver: Resolver, _ slots: AddressSlots) {
            state = Mutex(State(settings: settings, poster: Poster(settings, resolver, slots)))
        }

        /// Changes something that the loop ought to see.
        func wake(_ change: (inout State) -> Void) {
            state.withLock { state in
                change(&state)
                return state.nap
            }.open()
        }
    }

    private let resolver = Resolver()
    private let slots = AddressSlots()

    /// - Parameter callLimit: how long one call of the store may take.
    public init(settings: CallbackSettings, store: any JobStore, callLimit: Duration, logger: Logger) {
        shared = Shared(settings, resolver, slots)
        self.store = store
        self.callLimit = callLimit
        self.logger = logger
    }

    /// Holds for deliveries that are not under way yet.
    public func apply(_ settings: CallbackSettings) {
        shared.wake { state in
            guard state.settings != settings else { return }
            state.settings = settings
            state.poster = Poster(settings, resolver, slots)
        }
    }

    public func start(as workerID: @escaping @Sendable () -> UUID) {
        guard
            isStarted.withLock({ wasStarted in
                defer { wasStarted = true }
                return !wasStarted
            })
        else { return }
        let loop = DeliveryLoop(
            shared: shared, store: store, callLimit: callLimit, pulse: pulse, workerID: workerID, logger: logger)
        Task {
            await loop.run()
            pulse.end()
            shared.over.open()
        }
    }

    public func hint() { shared.wake { $0.isHinted = true } }

    public func drain(upTo limit: Duration) async {
        guard isStarted.withLock({ $0 }) else { return }
        shared.wake { $0.isDraining = true }
        if await shared.over.wait(upTo: limit) { return }
        shared.wake { $0.isCut = true }
        await shared.over.wait(upTo: .seconds(2) + callLimit)
    }
}

extension Poster {
    convenience init(_ settings: CallbackSettings, _ resolver: Resolver, _ slots: AddressSlots) {
        self.init(
            settings.policy, limits: settings.limits, tls: TLSTrust(file: settings.caFile), resolver: resolver,
            slots: slots, perAddress: settings.perAddress, own: OwnPlaces(database: settings.databasePlaces))
    }
}
