import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `StoreAvailability` knows if the store answers, and logs each change once, even when many workers notice the change.
final class StoreAvailability: Sendable {
    private let state = Mutex(StoreAvailabilityState())
    /// True when a call failed since the last answer. The flag is rarely set, so that a successful call needs no lock.
    private let isTroubled = Atomic(false)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// The reason why the store doesn't answer; nil while the store answers.
    var reason: String? { state.withLock { $0.reason } }

    func failed(_ error: StoreError) {
        let news = state.withLock { state in
            isTroubled.store(true, ordering: .releasing)
            return state.failed(error, at: .now)
        }
        switch news {
        case .away: logger.log(.storeAway, ["reason": "\(error.debugDescription)"])
        case .otherReason: logger.log(.storeStillAway, ["reason": "\(error.debugDescription)"])
        case nil: break
        }
    }

    func answered() {
        guard isTroubled.load(ordering: .acquiring) else { return }
        let length = state.withLock { state in
            isTroubled.store(false, ordering: .releasing)
            return state.answered(at: .now)
        }
        if let length { logger.log(.storeBack, ["seconds": .wholeSeconds(length)]) }
    }
}

/// `StoreAvailabilityState` decides when failures are an outage, and which changes are news. Pure.
///
/// A broken connection alone is no outage, because the next call opens a new connection. An outage begins when the new
/// connection fails too, or when the failure has another cause than the connection.
struct StoreAvailabilityState {
    enum News: Equatable {
        case away
        /// The store is still away, for a reason that was not logged before.
        case otherReason
    }

    /// The maximum number of reasons logged for an outage. Reasons may come from a list of hosts or contain numbers, so
    /// their number has no natural limit.
    private static let mostReasons = 16
    /// The time within which a second broken connection in the same operation means that the connection is not the
    /// cause.
    private static let memory = Duration.seconds(60)

    private(set) var reason: String?
    private var since: ContinuousClock.Instant?
    private var told: Set<String> = []
    /// The time at which each operation last broke a working connection.
    private var broken: [String: ContinuousClock.Instant] = [:]

    mutating func failed(_ error: StoreError, at now: ContinuousClock.Instant) -> News? {
        let isFirst = since == nil
        since = since ?? now
        guard reason == nil else {
            reason = error.description
            guard told.count < Self.mostReasons, told.insert(error.description).inserted else { return nil }
            return .otherReason
        }
        guard !mayBeTheConnection(error, isFirst, now) else { return nil }
        reason = error.description
        told = [error.description]
        return .away
    }

    /// Returns the length of the outage; nil when no outage was logged.
    mutating func answered(at now: ContinuousClock.Instant) -> Duration? {
        defer { (since, reason, told) = (nil, nil, []) }
        return reason == nil ? nil : since.map { now - $0 }
    }

    private mutating func mayBeTheConnection(
        _ error: StoreError, _ isFirst: Bool, _ now: ContinuousClock.Instant
    ) -> Bool {
        guard error.code == .unavailable else { return false }
        if error.operation == "connect" { return isFirst }
        broken = broken.filter { now - $0.value < Self.memory }
        return broken.updateValue(now, forKey: error.operation) == nil
    }
}
