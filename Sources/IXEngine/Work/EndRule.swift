import IXCore
import IXStore

/// `EndRule` decides about a completion that the store did not accept. Pure.
///
/// Guarantees: a temporary fault of the store never replaces a good result by an error. An error of an unknown kind
/// counts as temporary.
enum EndRule {
    enum Decision: Sendable, Equatable {
        /// The completion stays in memory and is written again later. `workerGoesOn` is true when the worker may claim
        /// the next job meanwhile; otherwise the worker waits.
        case keep(workerGoesOn: Bool)
        /// The store refuses the document itself, so the job ends with `JobError` instead.
        case replace(JobError)
        /// The store refused the replacement too, so the job is left to the sweep.
        case giveUp
    }

    /// The `error.code` of a replacement.
    static let code = "unstorable_response"
    private static let messageLimit = 500

    /// Returns the decision after `error`. `isReplacement` is true when the failed completion was already a
    /// replacement.
    static func decide(after error: StoreError, isReplacement: Bool) -> Decision {
        guard error.isOfDocument else { return .keep(workerGoesOn: !error.isOutage) }
        if isReplacement { return .giveUp }
        let said = error.message.prefix(messageLimit)
        return .replace(JobError(code, "the database refused the pipeline's response: \(said)"))
    }
}
