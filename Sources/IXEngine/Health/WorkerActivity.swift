package import FoundationEssentials
import IXCore
import IXStore
import Synchronization

/// `WorkerActivity` records the current step of a worker and the time of the step's start, for the watchdog and for
/// reports.
final class WorkerActivity: Sendable {
    let number: Int
    private let current: Mutex<Step>

    /// A step, with the deadline of a step that has a limit of its own. The limit of a run may move.
    private struct Step {
        var state: WorkerState
        var mustEndBy: (@Sendable () -> ContinuousClock.Instant)?
    }

    init(number: Int) {
        self.number = number
        current = Mutex(Step(state: WorkerState(number: number, work: .idle, since: .now, job: nil)))
    }

    var state: WorkerState {
        let step = current.withLock { $0 }
        var state = step.state
        state.mustEndBy = step.mustEndBy?()
        return state
    }

    /// Records the start of a step. `mustEndBy` returns the deadline of a step with a limit of its own.
    func enter(
        _ work: WorkerState.Work, _ job: ClaimedJob? = nil,
        mustEndBy: (@Sendable () -> ContinuousClock.Instant)? = nil
    ) {
        let state = WorkerState(
            number: number, work: work, since: .now,
            job: job.map { .init(jobID: $0.attempt.jobID, attempt: $0.attempt.number, useCase: $0.names.useCase) })
        current.withLock { $0 = Step(state: state, mustEndBy: mustEndBy) }
    }
}

/// `WorkerState` is a snapshot of a worker.
package struct WorkerState: Sendable {
    /// The step of a worker.
    package enum Work: String, Sendable {
        /// The worker waits for a job to arrive.
        case idle
        /// The worker asks the store for a job.
        case claiming
        /// The worker's pipeline runs.
        case running
        /// The worker writes the job's completion.
        case finishing
        /// The worker waits before it asks the store again, after a failed call.
        case waiting
        /// The worker has ended and claims no more jobs.
        case stopped
    }

    /// The job held by a worker.
    package struct CurrentJob: Sendable {
        /// The job's id.
        package let jobID: UUID
        /// The number of the attempt, from 1.
        package let attempt: Int
        /// The row's use case; nil for a row without a use case.
        package let useCase: String?
    }

    /// The worker's number, from 1.
    package let number: Int
    /// The current step.
    package let work: Work
    /// The start of the current step, by the process's monotonic clock.
    package let since: ContinuousClock.Instant
    /// The worker's job; nil without a job.
    package let job: CurrentJob?
    var mustEndBy: ContinuousClock.Instant?
}
