import IXCore
import IXLogs
import IXStore
import Logging
import Synchronization

/// Whether the store answers; says so once when that changes, however many workers notice.
final class Outage: Sendable {
    private let state = Mutex(OutageState())
    /// Whether something failed since the last answer; nearly never, so that a call that was answered needs no lock.
    private let isTroubled = Atomic(false)
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Why it doesn't answer, nil when it does.
    var reason: String? { state.withLock { $0.reason } }

    func failed(_ error: StoreError) {
        let news = state.withLock { state in
            isTroubled.store(true, ordering: .releasing)
            return state.failed(error, at: .now)
        }
        switch news {
        case .away: logger.tell(.storeAway, ["reason": "\(error.debugDescription)"])
        case .otherReason: logger.tell(.storeStillAway, ["reason": "\(error.debugDescription)"])
        case nil: break
        }
    }

    func answered() {
        guard isTroubled.load(ordering: .acquiring) else { return }
        let length = state.withLock { state in
            isTroubled.store(false, ordering: .releasing)
            return state.answered(at: .now)
        }
        if let length { logger.tell(.storeBack, ["seconds": "\(length.components.seconds)"]) }
    }
}

/// When failures are an outage, and what of it is news. Pure.
///
/// A connection that breaks is none yet: the next call makes a fresh one. An outage is when that fails, too, or when what
/// failed isn't the connection's.
struct OutageState {
    enum News: Equatable {
        case away
        /// Away for another reason than any told before.
        case otherReason
    }

    /// Reasons that are told of one outage; they may come from a list of hosts, or quote numbers.
    private static let mostReasons = 16
    /// The same operation breaks its connection twice within this time: it isn't the connection.
    private static let memory = Duration.seconds(60)

    private(set) var reason: String?
    private var since: ContinuousClock.Instant?
    private var told: Set<String> = []
    /// When operations last broke a connection that had worked.
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

    /// How long it was away; nil when it wasn't, as far as was told.
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
