internal import CSpawn
internal import Glibc
internal import Synchronization

/// What others want of a warm process, and what wakes its thread for it.
final class WorkerMail: Sendable {
    struct Wishes {
        var job: WorkerJob?
        var cancels = false
        var closes = false
    }

    private struct State {
        var wishes = Wishes()
        /// Given and not answered yet.
        var holds: WorkerJob?
        var isOver = false
    }

    private let state = Mutex(State())
    /// Readable while there are wishes.
    let descriptor: Int32

    init() { descriptor = ix_wake_descriptor() }

    deinit { Glibc.close(descriptor) }

    /// False: the process takes no more jobs.
    func give(_ job: WorkerJob) -> Bool {
        post { state in
            guard !state.isOver, !state.wishes.closes else { return false }
            state.wishes.job = job
            state.holds = job
            return true
        }
    }

    /// Stops the job, if it is still this one that runs.
    func cancel(_ job: WorkerJob) {
        _ = post { state in
            guard state.holds === job else { return false }
            state.wishes.cancels = true
            return true
        }
    }

    /// No more jobs; the process ends when it has none.
    func close() {
        _ = post { state in
            state.wishes.closes = true
            return true
        }
    }

    /// What is wished since the last call. A close stays one.
    func take() -> Wishes {
        var count: UInt64 = 0
        // ignored: there is nothing to read when nobody posted
        _ = read(descriptor, &count, 8)
        return state.withLock { state in
            defer { state.wishes = Wishes(closes: state.wishes.closes) }
            return state.wishes
        }
    }

    /// The job was answered; a wish to cancel it is one no more.
    func forget(_ job: WorkerJob) {
        state.withLock { state in
            guard state.holds === job else { return }
            state.holds = nil
            state.wishes.cancels = false
        }
    }

    /// No job is taken any more; the one that came too late, if one did.
    func end() -> WorkerJob? {
        state.withLock { state in
            state.isOver = true
            defer { state.wishes.job = nil }
            return state.wishes.job
        }
    }

    private func post(_ change: (inout State) -> Bool) -> Bool {
        guard state.withLock({ change(&$0) }) else { return false }
        var one: UInt64 = 1
        // ignored: it can't overflow, and wakes whatever it says
        _ = write(descriptor, &one, 8)
        return true
    }
}
