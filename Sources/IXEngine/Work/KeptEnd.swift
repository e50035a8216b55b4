import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore

/// `KeptEnd` is a completion that the store has not accepted yet.
struct KeptEnd: Sendable {
    private(set) var completion: Completion
    private(set) var error: StoreError
    let log: JobLog
    private let job: ClaimedJob
    private var isReplacement = false
    /// The worker that waits for the completion; nil while no worker waits.
    private(set) var waiter: Waiter?

    /// A worker that waits for its completion to be written.
    struct Waiter: Sendable {
        /// Opens when the completion is written or given up.
        let done = Latch()
        /// Renews the worker's liveness; called before each attempt to write.
        let beat: @Sendable () -> Void
    }

    init(_ completion: Completion, of job: ClaimedJob, after error: StoreError, log: JobLog) {
        (self.completion, self.job, self.error, self.log) = (completion, job, error, log)
        self.completion.isKept = true
    }

    var claimID: UUID { completion.attempt.claimID }

    /// Records the error and returns the next step. A document that the store refused is replaced by an error response.
    mutating func failed(with error: StoreError) -> EndRule.Decision {
        self.error = error
        let decision = EndRule.decide(after: error, isReplacement: isReplacement)
        if case .replace(let refusal) = decision {
            isReplacement = true
            completion = completion.replaced(by: refusal, names: job.names)
        }
        return decision
    }

    /// Makes the worker wait. Returns the latch that opens when the completion is written or given up.
    mutating func hold(_ beat: @escaping @Sendable () -> Void) -> Latch {
        let waiter = Waiter(beat: beat)
        self.waiter = waiter
        return waiter.done
    }
}

extension Completion {
    /// Returns a completion of the same attempt with an error that every store can keep.
    fileprivate func replaced(by error: JobError, names: JobNames) -> Completion {
        var other = Completion(attempt, .error(ResponseIX(error: error).answering(names)))
        other.hasProgress = hasProgress
        other.hasCallback = hasCallback
        other.isKept = true
        return other
    }
}
