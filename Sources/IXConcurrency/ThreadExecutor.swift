internal import Synchronization

/// `ThreadExecutor` runs a task's jobs one by one on a dedicated thread, which exists only while there are jobs.
///
/// Gains: blocking code costs the thread of its own task. Neither the pool that all tasks share nor Dispatch's threads
/// are held, so any number of blocked tasks delays no other part of the process.
package final class ThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isRunning = false
    }

    private let state = Mutex(State())

    /// Creates an executor without a thread.
    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let starts = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { DedicatedThread.start { self.drain() } }
    }

    private func drain() {
        while let jobs = take() {
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    /// Returns the waiting jobs; nil when no job waits, and then the next job starts a thread.
    private func take() -> [UnownedJob]? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isRunning = false
                return nil
            }
            defer { state.jobs = [] }
            return state.jobs
        }
    }
}
