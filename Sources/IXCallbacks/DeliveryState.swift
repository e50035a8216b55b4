import IXConcurrency
import Synchronization

/// `DeliveryState` is the state that the loop of the callbacks and its deliveries share.
final class DeliveryState: Sendable {
    struct Content {
        var settings: CallbackSettings
        var poster: Poster
        var results: [DeliveryResult] = []
        var isHinted = false
        /// True when looks at the store tell of callbacks that wait, and when the loop's last look found none.
        var isTold = false
        var knowsOfNone = false
        var isDraining = false
        /// True once the drain's time is over: current deliveries are stopped and become due again.
        var isCut = false
        var nap = Latch()
        /// The endpoints that get no delivery but a probe now and then, by name.
        var closedEndpoints: [String] = []
    }

    let state: Mutex<Content>

    init(_ settings: CallbackSettings, _ resolver: Resolver, _ slots: AddressSlots) {
        state = Mutex(Content(settings: settings, poster: Poster(settings, resolver, slots)))
    }

    /// Applies `change` and wakes the loop.
    func wake(_ change: (inout Content) -> Void) {
        state.withLock { state in
            change(&state)
            return state.nap
        }.open()
    }
}

extension Poster {
    convenience init(_ settings: CallbackSettings, _ resolver: Resolver, _ slots: AddressSlots) {
        self.init(
            settings.policy, limits: settings.limits, tls: TLSTrust(file: settings.caFile), resolver: resolver,
            slots: slots, perAddress: settings.perAddress, own: OwnAddresses(database: settings.databaseAddresses))
    }
}
