import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `DeliveryLoop` writes the results of ended deliveries, claims callbacks while slots are free, and then waits. A
/// notification, an ended delivery, the next due time or the poll interval ends the wait.
final class DeliveryLoop {
    private let shared: DeliveryState
    private let store: RoleStore<any CallbackOutbox>
    private let callLimit: Duration
    private let liveness: Liveness
    private let daemonID: @Sendable () -> UUID
    private let meters: CallbackMeters?
    private let tracing: Tracing?
    private let logger: Logger
    private var endpoints = Endpoints(slots: 1, failuresUntilOpen: 1, pause: .zero)
    private var clients = ClientShares(share: 1)
    private var underWay: [UUID: Task<Void, Never>] = [:]
    /// The results not yet written.
    private var unwritten: [DeliveryCompletion] = []
    private var isRepeated = false
    /// A claim whose reply was lost; the callbacks taken by the claim must be released.
    private var lostClaim: UUID?
    private var restsUntil = ContinuousClock.now
    private var backoff = Backoff()
    /// The closed endpoints as this daemon last recorded them in the store.
    private var reported: [String] = []
    /// The drain flags as the previous round saw them.
    private var (wasDraining, wasCut) = (false, false)

    /// The maximum number of callbacks written or claimed in a call.
    private static let batch = 100
    private static let shortest = Duration.milliseconds(10)
    /// The polls in the place of one, where looks tell.
    private static let told = 6
    /// The maximum number of closed endpoints in the store.
    private static let mostReported = 1000

    init(
        shared: DeliveryState, store: RoleStore<any CallbackOutbox>, callLimit: Duration, liveness: Liveness,
        daemonID: @escaping @Sendable () -> UUID, meters: CallbackMeters?, tracing: Tracing?, logger: Logger
    ) {
        (self.meters, self.tracing) = (meters, tracing)
        self.shared = shared
        self.store = store
        self.callLimit = callLimit
        self.liveness = liveness
        self.daemonID = daemonID
        self.logger = logger
    }

    func run() async {
        var pause = Duration.zero
        while true {
            await wait(for: pause)
            let state = take()
            configure(state.settings)
            (wasDraining, wasCut) = (state.isDraining, state.isCut)
            if state.isCut { for task in underWay.values { task.cancel() } }
            do {
                try await write()
                try await report(state.closedEndpoints)
                pause = state.isCut ? .seconds(1) : try await claim(state)
                // Results remain whose rows another transaction has locked.
                if !unwritten.isEmpty { pause = min(pause, .seconds(1)) }
                backoff.reset()
            } catch {
                if !error.isTransient { logger.log(.callbacksHeldUp, ["error": "\(error.debugDescription)"]) }
                if state.isCut, underWay.isEmpty { return }
                pause = backoff.next()
            }
            if state.isDraining, isDone(state) { return }
        }
    }

    /// Returns true when no delivery runs, no result is unwritten, and no callback was left to claim. A row still
    /// locked at the very end stays claimed until its lease ends.
    private func isDone(_ state: DeliveryState.Content) -> Bool {
        underWay.isEmpty && (unwritten.isEmpty || state.isCut)
            && shared.state.withLock { $0.results.isEmpty && !$0.isHinted }
    }

    /// Waits for `pause`, or less when the state has changed.
    private func wait(for pause: Duration) async {
        liveness.beat(nextWithin: pause + callLimit * 6 + .seconds(30))
        await rest()
        guard pause > .zero else { return }
        let nap = Latch()
        let isNews = shared.state.withLock { state in
            state.nap = nap
            return state.isHinted || !state.results.isEmpty || state.isCut != wasCut || state.isDraining != wasDraining
        }
        if !isNews { await nap.wait(upTo: pause) }
    }

    /// Waits a moment after a claim that found nothing, because ends of jobs with a dead receiver notify the loop all
    /// the time.
    private func rest() async {
        let pause = restsUntil - .now
        if pause > .zero { await Latch().wait(upTo: pause) }
    }

    private func take() -> DeliveryState.Content {
        let state = shared.state.withLock { state in
            defer { (state.results, state.isHinted) = ([], false) }
            return state
        }
        for result in state.results { note(result) }
        return state
    }

    private func note(_ result: DeliveryResult) {
        underWay[result.callback.jobID] = nil
        clients.ended(result.callback.clientID)
        unwritten.append(result.completion)
        let log = DeliveryLog(result, logger)
        log.record()
        if let report = result.completion.report {
            meters?.tried(.init(result.completion.outcome), seconds: report.seconds)
        }
        if let transition = endpoints.ended(result.callback.endpoint, result.observation, at: .now) {
            log.record(transition)
            let open = endpoints.open
            shared.state.withLock { $0.closedEndpoints = open }
        }
    }

    private func configure(_ settings: CallbackSettings) {
        endpoints.slots = settings.perEndpoint
        endpoints.failuresUntilOpen = settings.breakerFailures
        endpoints.pause = settings.breakerPause
        clients.share = settings.perClient
    }

    private func write() async throws(StoreError) {
        var passedOver: [DeliveryCompletion] = []
        defer { unwritten += passedOver }
        while !unwritten.isEmpty {
            let batch = Array(unwritten.prefix(Self.batch))
            liveness.beat(nextWithin: callLimit * 6 + .seconds(30))
            let wasRepeated = isRepeated
            isRepeated = true
            let held: Set<UUID>
            do throws(StoreError) { held = try await store.perform { try $0.recordDeliveries(batch) } } catch {
                // The store would refuse the results again. The results are dropped, and after the lease the callbacks
                // are sent again.
                if error.isOfDocument { unwritten.removeFirst(batch.count) }
                throw error
            }
            if batch.contains(where: { $0.outcome == .delivered }) { Failpoint.callbackRecorded.reach() }
            let missing = batch.filter { !held.contains($0.jobID) }
            let locked = try await inHand(missing)
            isRepeated = false
            unwritten.removeFirst(batch.count)
            for var one in missing where locked.contains(one.jobID) {
                one.isKept = true
                passedOver.append(one)
            }
            let lost = missing.count { !locked.contains($0.jobID) && $0.report != nil }
            // A repeated write may find the results already committed, because only the reply of the first write was
            // lost.
            if lost > 0, !wasRepeated { logger.log(.callbackFenced, ["count": .number(lost)]) }
        }
    }

    private func report(_ closed: [String]) async throws(StoreError) {
        let closed = Array(closed.prefix(Self.mostReported))
        guard closed != reported else { return }
        let daemonID = daemonID()
        try await store.perform { try $0.recordClosedEndpoints(daemonID, closed) }
        reported = closed
    }

    private func inHand(_ missing: [DeliveryCompletion]) async throws(StoreError) -> Set<UUID> {
        guard !missing.isEmpty else { return [] }
        return try await store.perform { try $0.inHand(missing) }
    }

    /// Claims due callbacks and starts their deliveries. Returns the time to wait before the next round.
    private func claim(_ state: DeliveryState.Content) async throws(StoreError) -> Duration {
        let settings = state.settings
        let room = min(settings.concurrency - underWay.count, Self.batch)
        if let lost = lostClaim {
            try await store.perform { try $0.releaseClaim(lost) }
            lostClaim = nil
        }
        // The next ended delivery frees a slot and wakes the loop.
        guard room > 0 else { return settings.poll }
        let slots = endpoints.free(at: .now)
        // Without a sign of a due callback, asking for the next due time is enough.
        if !state.isHinted, state.results.isEmpty {
            let pause = try await pause(settings)
            guard pause <= Self.shortest else { return pause }
        }
        let claim = CallbackClaim(
            daemonID: daemonID(), lease: settings.limits.total + callLimit + .seconds(10), limit: room,
            slotsPerEndpoint: settings.perEndpoint, slots: slots, shareOfEach: settings.perClient, shares: clients.left,
            wraps: settings.wraps)
        lostClaim = claim.claimID
        let claimed = try await store.perform { try $0.claimCallbacks(claim) }
        lostClaim = nil
        if claimed.isEmpty { restsUntil = .now + Self.shortest * 2 }
        for callback in claimed { begin(callback, settings, state.poster) }
        return claimed.count == room ? settings.poll : try await pause(settings)
    }

    /// Returns the time until the next callback is due, an endpoint is to be probed, or the poll interval has passed.
    private func pause(_ settings: CallbackSettings) async throws(StoreError) -> Duration {
        let (free, left) = (endpoints.free(at: .now), clients.left)
        let next = try await store.perform { try $0.nextCallback(slots: free, shares: left) }
        let isTold = shared.state.withLock { state in
            state.knowsOfNone = next == nil
            return state.isTold
        }
        // Where looks tell of a callback that waits, the loop need not ask for one.
        let poll = next == nil && isTold ? settings.poll * Self.told : settings.poll
        let waits = [next, endpoints.nextProbe(at: .now), poll * Double.random(in: 0.9...1)]
        // A row locked by another transaction looks due, so the wait is never zero.
        return max(waits.compactMap { $0 }.min() ?? settings.poll, Self.shortest)
    }

    private func begin(_ callback: ClaimedCallback, _ settings: CallbackSettings, _ poster: Poster) {
        endpoints.began(callback.endpoint, at: .now)
        clients.began(callback.clientID)
        let delivery = Delivery(callback: callback, settings: settings, poster: poster, tracing: tracing)
        underWay[callback.jobID] = Task { [shared] in
            let result = await delivery.run()
            shared.wake { $0.results.append(result) }
        }
    }
}

extension CallbackMeters.Result {
    fileprivate init(_ outcome: DeliveryCompletion.Outcome) {
        self =
            switch outcome {
            case .delivered: .delivered
            case .failed: .failed
            case .again: .again
            }
    }
}
