internal import Glibc
internal import Synchronization

/// Takes ended processes that the daemon did not start out of the process table: as the first process of a container the daemon
/// inherits what pipelines leave behind.
///
/// Guarantees: a child that `ChildProcess` started is never taken from its owner, who has yet to ask how it ended.
/// Concurrency: safe from any thread.
public enum OrphanReaper {
    private struct State {
        /// Children with an owner.
        var owned: Set<pid_t> = []
        /// Starts under way, whose children have no owner yet.
        var starts: Set<Int> = []
        var lastStart = 0
    }

    /// Whether orphans of this machine or container come here.
    public static let isNeeded = getpid() == 1
    private static let state = Mutex(State())
    /// Microseconds between two looks whether starts have ended.
    private static let pause: UInt32 = 1000

    /// Runs `start`, which starts a child and returns its number, nil when it failed.
    static func owning(_ start: () -> pid_t?) {
        guard isNeeded else {
            _ = start()  // ignored: there is no other reaper
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

    /// Runs `reap`, which takes the owned child away.
    static func disowning(_ child: pid_t, _ reap: () -> Void) {
        guard isNeeded else { return reap() }
        // Together: the number may be another's as soon as it is free.
        state.withLock { state in
            reap()
            state.owned.remove(child)
        }
    }

    /// Takes away what has ended; to be called every now and then. Blocks while children are started.
    public static func reap() {
        var info = siginfo_t()
        // One call where nothing has ended.
        guard waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0, info.si_signo != 0 else { return }
        let ended = ProcessTable.endedChildren()
        let last = state.withLock { $0.lastStart }
        // What ended before now is owned, or has no owner here, when all starts of before now have ended.
        while state.withLock({ $0.starts.contains { $0 <= last } }) { usleep(pause) }
        state.withLock { state in
            for child in ended where !state.owned.contains(child) {
                waitpid(child, nil, WNOHANG)  // ignored: its owner may have reaped it
            }
        }
    }
}
