import IXStore

/// `StartRule` decides how a start continues after a failure. The rule is pure: the caller passes the failure and the
/// time.
///
/// The start waits for an unreachable database without end. A missing role or database, or a wrong password, ends the
/// start after the failure has lasted for `limit` without a break. The limit holds only for an instance that was never
/// ready on this address, because elsewhere an operator may be changing the password or restoring the database. The
/// limit also holds for a missing table or column under the right schema version, because another program's migration
/// may have renamed the table for a moment. Missing rights end a first start at once.
struct StartRule {
    enum Decision: Equatable {
        case tryAgain
        /// The start tries again, and the service manager shall not wait any longer for the start.
        case tryAgainReleased
        case giveUp
    }

    private let limit: Duration
    private let wasReady: Bool
    private let begin: ContinuousClock.Instant
    private var refusedSince: ContinuousClock.Instant?

    /// `wasReady` is true when the instance has been ready on this address before, and when the daemon can't find out.
    init(limit: Duration, wasReady: Bool, begin: ContinuousClock.Instant) {
        (self.limit, self.wasReady, self.begin) = (limit, wasReady, begin)
    }

    mutating func decide(after error: StoreError, at now: ContinuousClock.Instant) -> Decision {
        let isRefusal = isRefusal(error)
        guard isRefusal || error.isTransient, error.code != .misconfigured, error.code != .fileSystem else {
            return .giveUp
        }
        refusedSince = isRefusal ? refusedSince ?? now : nil
        if let refusedSince, !wasReady, now - refusedSince >= limit { return .giveUp }
        return now - begin >= limit ? .tryAgainReleased : .tryAgain
    }

    /// True when only an operator can mend the error, or when an operator may be at work.
    private func isRefusal(_ error: StoreError) -> Bool {
        switch error.storeCode {
        case "42P01", "42703": true
        case "42501": wasReady
        default: error.isRefusal
        }
    }
}
