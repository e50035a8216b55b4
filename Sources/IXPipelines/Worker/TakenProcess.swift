internal import Synchronization

/// The process that a run was given to, for a cancellation that may come before there is one.
final class TakenProcess: Sendable {
    private struct State {
        var isCancelled = false
        var taken: (process: WorkerProcess, job: WorkerJob)?
    }

    private let state = Mutex(State())

    func set(_ process: WorkerProcess, _ job: WorkerJob) {
        let isCancelled = state.withLock { state in
            state.taken = (process, job)
            return state.isCancelled
        }
        if isCancelled { process.cancel(job) }
    }

    func cancel() {
        let taken = state.withLock { state in
            state.isCancelled = true
            return state.taken
        }
        if let taken { taken.process.cancel(taken.job) }
    }
}
