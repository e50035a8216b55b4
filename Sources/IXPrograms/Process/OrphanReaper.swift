internal import Glibc
internal import IXPipelines
internal import Synchronization

/// `OrphanReaper` removes ended processes that the daemon didn't start from the process table. As the first process of
/// a container, the daemon inherits the processes that pipelines leave behind.
///
/// Guarantees: a child that `ChildProcess` started is never reaped here, because the child's owner must still read the
/// exit status.
/// Concurrency: safe from any thread.
package enum OrphanReaper {
    private struct State {
        /// The children with an owner.
        var owned: Set<pid_t> = []
        /// The starts under way, whose children have no owner yet.
        var starts: Set<Int> = []
        var lastStart = 0
    }

    /// True when the daemon is the first process of its machine or container, and so inherits orphans.
    package static let isNeeded = getpid() == 1
    private static let state = Mutex(State())
    /// The pause between two checks for the end of starts, in microseconds.
    private static let pause: UInt32 = 1000

    /// Runs `start`, which starts a child and returns the child's number; nil when the start failed.
    static func owning(_ start: () -> pid_t?) {
        guard isNeeded else {
            _ = start()  // ignored: without an orphan reaper the child needs no owner
            return
        }
        let ticket = state.withLock { state in
            state.lastStart += 1
            state.starts.insert(state.lastStart)
            return state.lastStart
        }
        let child = start()
        state.withLock { state in
            state.starts.remove(ticket)
            if let child { state.owned.insert(child) }
        }
    }

    /// Runs `reap`, which reaps the owned child.
    static func disowning(_ child: pid_t, _ reap: () -> Void) {
        guard isNeeded else { return reap() }
        // Both steps share the lock, because the kernel may give the number to another process as soon as the child is
        // reaped.
        state.withLock { state in
            reap()
            state.owned.remove(child)
        }
    }

    /// Reaps ended orphans. The daemon calls the function regularly. Blocks while children are being started.
    package static func reap() {
        var info = siginfo_t()
        // A single call is enough while no process has ended.
        guard waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0, info.si_signo != 0 else { return }
        let ended = ProcessTable.endedChildren()
        let last = state.withLock { $0.lastStart }
        // After all earlier starts have ended, a process that ended before has either a recorded owner or no owner
        // here.
        while state.withLock({ $0.starts.contains { $0 <= last } }) { usleep(pause) }
        state.withLock { state in
            for child in ended where !state.owned.contains(child) {
                waitpid(child, nil, WNOHANG)  // ignored: the owner may have reaped the process
            }
        }
    }
}
