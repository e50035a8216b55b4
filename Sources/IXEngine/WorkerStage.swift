public import FoundationEssentials
import IXCore
import IXStore
import Synchronization

/// What a worker does and since when: for the watchdog, and for whoever asks.
final class WorkerStage: Sendable {
    let number: Int
    private let current: Mutex<WorkerState>

    init(number: Int) {
        self.number = number
        current = Mutex(WorkerState(number: number, work: .idle, since: .now, job: nil, mustEndBy: nil))
    }

    var state: WorkerState { current.withLock { $0 } }

    /// `mustEndBy`: for steps with a limit of their own.
    func enter(_ work: WorkerState.Work, _ job: ClaimedJob? = nil, mustEndBy: ContinuousClock.Instant? = nil) {
        let state = WorkerState(
            number: number, work: work, since: .now,
            job: job.map { .init(jobID: $0.attempt.jobID, attempt: $0.attempt.number, useCase: $0.names.useCase) },
            mustEndBy: mustEndBy)
        current.withLock { $0 = state }
    }
}

/// What a worker did when it was looked at.
public struct WorkerState: Sendable {
    public enum Work: String, Sendable {
        /// Waits for a job to arrive.
        case idle
        /// Asks the store for a job.
        case claiming
        /// Its pipeline is at work.
        case running
        /// Writes how the job ended.
        case finishing
        /// Waits before it asks the store again, which failed.
        case waiting
        /// Claims nothing any more.
        case stopped
    }

    /// The job in hand.
    public struct JobInHand: Sendable {
        public let jobID: UUID
        public let attempt: Int
        public let useCase: String?
    }

    /// From 1.
    public let number: Int
    public let work: Work
    public let since: ContinuousClock.Instant
    public let job: JobInHand?
    let mustEndBy: ContinuousClock.Instant?
}
