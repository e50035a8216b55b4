import IXStore

/// How long a start tries: what it does after a failure. Pure: told what failed and when.
///
/// A database that is away is waited for without end. A role or a database that doesn't exist, or a password that is wrong,
/// ends the start once that has been said for `limit` without a break, but only of an instance that was never ready on this
/// address: elsewhere it may be a password that is being changed, or a database that is being restored. The same goes for a table
/// or a column that is missing although the schema's version is right: another program's migration may have renamed it for a
/// moment. Rights that are missing end a first start at once.
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
        let isRefusal = isRefusal(error)
        guard isRefusal || error.isTransient, error.code != .misconfigured, error.code != .fileSystem else {
            return .giveUp
        }
        refusedSince = isRefusal ? refusedSince ?? now : nil
        if let refusedSince, !wasReady, now - refusedSince >= limit { return .giveUp }
        return now - begin >= limit ? .tryAgainReleased : .tryAgain
    }

    /// Whether an operator is needed, or is at work.
    private func isRefusal(_ error: StoreError) -> Bool {
        switch error.storeCode {
        case "42P01", "42703": true
        case "42501": wasReady
        default: error.isRefusal
        }
    }
}
