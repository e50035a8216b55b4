internal import Synchronization

/// `TakenProcess` relays a run's cancellation to the process that took the job. A cancellation before a process took
/// the job is kept and relayed afterwards.
///
/// Concurrency: safe from any thread.
final class TakenProcess: Sendable {
    private struct State {
        var isCancelled = false
        var taken: (process: WorkerProcess, job: WorkerJob)?
    }

    private let state = Mutex(State())

    /// Names the process that took the job, and relays an earlier cancellation.
    func set(_ process: WorkerProcess, _ job: WorkerJob) {
        let isCancelled = state.withLock { state in
            state.taken = (process, job)
            return state.isCancelled
        }
        if isCancelled { process.cancel(job) }
    }

    /// Cancels the job now, or as soon as a process has taken the job.
    func cancel() {
        let taken = state.withLock { state in
            state.isCancelled = true
            return state.taken
        }
        if let taken { taken.process.cancel(taken.job) }
    }
}
