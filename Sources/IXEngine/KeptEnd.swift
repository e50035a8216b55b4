import FoundationEssentials
import IXCore
import IXStore

/// An end that the store has not taken yet.
struct KeptEnd: Sendable {
    private(set) var finish: Finish
    private(set) var error: StoreError
    let log: JobLog
    private let job: ClaimedJob
    private var isReplacement = false
    /// Opens once the end is written or given up; nil when the worker goes on meanwhile.
    private(set) var waiter: Waiter?

    /// A worker that waits for its end.
    struct Waiter: Sendable {
        let settled = Latch()
        /// Called before each try, as the worker's sign of life.
        let beat: @Sendable () -> Void
    }

    init(_ finish: Finish, of job: ClaimedJob, after error: StoreError, log: JobLog) {
        (self.finish, self.job, self.error, self.log) = (finish, job, error, log)
        self.finish.isKept = true
    }

    var claimID: UUID { finish.attempt.claimID }

    /// What is to be done next; a refused document is replaced by its error.
    mutating func failed(with error: StoreError) -> EndRule.Decision {
        self.error = error
        let decision = EndRule.decide(after: error, isReplacement: isReplacement)
        if case .replace(let refusal) = decision {
            isReplacement = true
            finish = finish.replaced(by: refusal, names: job.names)
        }
        return decision
    }

    /// The worker waits until the end is settled.
    mutating func hold(_ beat: @escaping @Sendable () -> Void) -> Latch {
        let waiter = Waiter(beat: beat)
        self.waiter = waiter
        return waiter.settled
    }
}

extension Finish {
    /// The same attempt's end in an error that any store can keep.
    fileprivate func replaced(by error: JobError, names: JobNames) -> Finish {
        var other = Finish(attempt, .error(ResponseIX(error: error).answering(names)))
        other.hasProgress = hasProgress
        other.hasCallback = hasCallback
        other.isKept = true
        return other
    }
}
