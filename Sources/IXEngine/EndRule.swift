import IXCore
import IXStore

/// What becomes of an end that the store did not take. Pure: no good result is replaced by an error for a trouble of the
/// store that passes, and an error of an unknown kind is taken for one.
enum EndRule {
    enum Decision: Sendable, Equatable {
        /// The end stays in memory and is tried again; meanwhile its worker may claim the next job, or it waits.
        case keep(workerGoesOn: Bool)
        /// The store refuses the document itself: the job ends in this error instead.
        case replace(JobError)
        /// Even the replacement was refused: the job is left to the sweep.
        case giveUp
    }

    /// The code of a replacement.
    static let code = "unstorable_response"
    private static let messageLimit = 500

    /// - Parameter isReplacement: the end that failed was itself a replacement.
    static func decide(after error: StoreError, isReplacement: Bool) -> Decision {
        guard error.isOfDocument else { return .keep(workerGoesOn: !error.isOutage) }
        if isReplacement { return .giveUp }
        let said = error.message.prefix(messageLimit)
        return .replace(JobError(code, "the database refused the pipeline's response: \(said)"))
    }
}
