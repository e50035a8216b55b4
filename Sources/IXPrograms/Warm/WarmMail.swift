internal import IXConcurrency
internal import IXPipelines
internal import Synchronization

/// `WarmMail` takes commands for a warm process from any thread, and wakes the process's thread.
final class WarmMail: Sendable {
    struct Commands {
        var job: WarmJob?
        var cancels = false
        var closes = false
    }

    private struct State {
        var commands = Commands()
        /// The job that was given and isn't answered yet.
        var holds: WarmJob?
        var isOver = false
    }

    private let state = Mutex(State())
    /// Signalled while commands wait.
    let arrival = WakeEvent()

    /// Gives the process a job. Returns false when the process takes no more jobs.
    func give(_ job: WarmJob) -> Bool {
        post { state in
            guard !state.isOver, !state.commands.closes else { return false }
            state.commands.job = job
            state.holds = job
            return true
        }
    }

    /// Cancels `job`. A job that is not the current job is left alone.
    func cancel(_ job: WarmJob) {
        _ = post { state in
            guard state.holds === job else { return false }
            state.commands.cancels = true
            return true
        }
    }

    /// Stops further jobs. The process ends after its current job.
    func close() {
        _ = post { state in
            state.commands.closes = true
            return true
        }
    }

    /// Returns the commands since the last call. After `close`, every call returns a close.
    func take() -> Commands {
        arrival.clear()
        return state.withLock { state in
            defer { state.commands = Commands(closes: state.commands.closes) }
            return state.commands
        }
    }

    /// Clears the job after its answer, and drops a pending cancellation of the job.
    func forget(_ job: WarmJob) {
        state.withLock { state in
            guard state.holds === job else { return }
            state.holds = nil
            state.commands.cancels = false
        }
    }

    /// Refuses all further jobs. Returns the job that was given too late, or nil.
    func end() -> WarmJob? {
        state.withLock { state in
            state.isOver = true
            defer { state.commands.job = nil }
            return state.commands.job
        }
    }

    private func post(_ change: (inout State) -> Bool) -> Bool {
        guard state.withLock({ change(&$0) }) else { return false }
        arrival.signal()
        return true
    }
}
