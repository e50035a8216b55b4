import Dispatch
import Glibc
import IXConcurrency
import Synchronization

/// The state of a child process. Reaping and signalling share a lock, so that a signal never reaches a reused pid.
final class ChildState: Sendable {
    private struct State {
        var exit: TestProcess.Exit?
        var waiters: [Int: CheckedContinuation<TestProcess.Exit?, Never>] = [:]
        var nextID = 0
    }

    private let pid: pid_t
    private let state = Mutex(State())
    private let timers = DispatchQueue(label: "ix.test.exit")

    init(_ pid: pid_t) {
        self.pid = pid
        // waitpid blocks, so it has a thread. Dispatch has 255 threads for all queues, which the children of many tests
        // would use up; every Dispatch timer of the process would then wait. The thread retains this object until the
        // child has ended.
        DedicatedThread.start { [self] in awaitEnd() }
    }

    @discardableResult
    func signal(_ number: Int32) -> Bool { state.withLock { $0.exit == nil && kill(pid, number) == 0 } }

    var isRunning: Bool { state.withLock { $0.exit == nil } }

    func exit(within limit: Duration) async -> TestProcess.Exit? {
        await withCheckedContinuation { continuation in
            let id: Int? = state.withLock { state in
                guard state.exit == nil else { return nil }
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                return state.nextID
            }
            guard let id else { return continuation.resume(returning: state.withLock { $0.exit }) }
            timers.asyncAfter(deadline: .now() + limit.timeInterval) { [self] in
                state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
            }
        }
    }

    private func awaitEnd() {
        var report = siginfo_t()
        while waitid(P_PID, id_t(pid), &report, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let (exit, waiters) = state.withLock { state in
            let exit = reap()
            state.exit = exit
            defer { state.waiters = [:] }
            return (exit, state.waiters.values)
        }
        waiters.forEach { $0.resume(returning: exit) }
    }

    private func reap() -> TestProcess.Exit {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }
}
