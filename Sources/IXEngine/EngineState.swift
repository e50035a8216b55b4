package import IXStore
import Synchronization

/// `EngineState` is a snapshot of the engine.
package struct EngineState: Sendable {
    /// Counts of jobs that this daemon's workers completed since the process started.
    package struct Counts: Sendable, Equatable {
        /// Jobs ended as `done`.
        package let done: Int
        /// Jobs ended as `error`.
        package let error: Int
        /// Jobs handed back to `pending`.
        package let handedBack: Int
        /// Completions refused by the fence because another claim held the job.
        package let fenced: Int
    }

    /// The state of each worker, in order of the workers' numbers.
    package let workers: [WorkerState]
    /// The counts since the process started.
    package let counts: Counts
    /// The reason why the store can't be reached; nil while the store answers.
    package let outage: String?
    /// True while notifications arrive; nil when the daemon asked for none.
    package let isListening: Bool?
    /// True once `forbidClaims` or `drain` was called.
    package let isDraining: Bool
    /// The pipelines whose breaker is open.
    package let openBreakers: [OpenBreaker]

    /// The number of workers with a job.
    package var busy: Int { workers.count { $0.job != nil } }
}

/// `JobCounts` counts the completed jobs of this process since its start.
final class JobCounts: Sendable {
    private let doneCount = Atomic(0)
    private let errorCount = Atomic(0)
    private let handedBackCount = Atomic(0)
    private let fencedCount = Atomic(0)

    func done() { doneCount.add(1, ordering: .relaxed) }
    func error() { errorCount.add(1, ordering: .relaxed) }
    func handedBack() { handedBackCount.add(1, ordering: .relaxed) }
    func fenced() { fencedCount.add(1, ordering: .relaxed) }

    var state: EngineState.Counts {
        EngineState.Counts(
            done: doneCount.load(ordering: .relaxed), error: errorCount.load(ordering: .relaxed),
            handedBack: handedBackCount.load(ordering: .relaxed), fenced: fencedCount.load(ordering: .relaxed))
    }
}
