import IXStore

/// How long a start tries: what it does after a failure. Pure: told what failed and when.
///
/// A database that is away is waited for without end. A role or a database that doesn't exist, or a password that is wrong,
/// ends the start once that has been said for `limit` without a break, but only of an instance that was never ready on this
/// address: elsewhere it may be a password that is being changed, or a database that is being restored.
struct StartRule {
    enum Decision: Equatable {
        case tryAgain
        /// The same, and the service manager shall not wait any longer for the start.
        case tryAgainReleased
        case giveUp
    }

    private let limit: Duration
    private let wasReady: Bool
    private let begin: ContinuousClock.Instant
    private var refusedSince: ContinuousClock.Instant?

    /// `wasReady`: whether the instance has been ready on this address before, or that can't be found out.
    init(limit: Duration, wasReady: Bool, begin: ContinuousClock.Instant) {
        (self.limit, self.wasReady, self.begin) = (limit, wasReady, begin)
    }

    mutating func decide(after error: StoreError, at now: ContinuousClock.Instant) -> Decision {
        guard error.isTransient, error.code != .misconfigured else { return .giveUp }
        refusedSince = error.isRefusal ? refusedSince ?? now : nil
        if let refusedSince, !wasReady, now - refusedSince >= limit { return .giveUp }
        return now - begin >= limit ? .tryAgainReleased : .tryAgain
    }
}
