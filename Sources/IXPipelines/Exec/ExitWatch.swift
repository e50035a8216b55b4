internal import Dispatch
internal import Glibc

/// Tells when a child has ended, and leaves it for another to reap.
///
/// All calls are made on the run's queue, which protects the state.
final class ExitWatch: @unchecked Sendable {
    private static let pollInterval = DispatchTimeInterval.milliseconds(20)

    private let child: pid_t
    private let source: any DispatchSourceProtocol
    private var onExit: ((ExitStatus) -> Void)?

    /// - Parameters:
    ///   - descriptor: the child's pidfd, or -1 where there is none and the child is asked for every 20 ms instead.
    ///   - group: left once the descriptor isn't used any more.
    init(
        child: pid_t, descriptor: Int32, queue: DispatchQueue, group: DispatchGroup,
        onExit: @escaping (ExitStatus) -> Void
    ) {
        self.child = child
        self.onExit = onExit
        source =
            descriptor < 0
            ? Self.timer(queue) : DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        group.enter()
        source.setEventHandler { [weak self] in self?.look() }
        source.setCancelHandler { group.leave() }
        source.activate()
    }

    func stop() {
        onExit = nil
        source.cancel()
    }

    private func look() {
        guard let status = Self.status(of: child), let onExit else { return }
        stop()
        onExit(status)
    }

    private static func timer(_ queue: DispatchQueue) -> any DispatchSourceProtocol {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: pollInterval)
        return timer
    }

    /// How `child` ended, nil while it runs; it stays a zombie, so that its number stays its own.
    static func status(of child: pid_t) -> ExitStatus? { wait(for: child, WNOWAIT) }

    /// Takes an ended child out of the process table.
    static func reap(_ child: pid_t) {
        _ = wait(for: child, 0)  // ignored: the status was read before
    }

    private static func wait(for child: pid_t, _ flags: Int32) -> ExitStatus? {
        var info = siginfo_t()
        while waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | flags) != 0 {
            guard errno == EINTR else { return nil }
        }
        guard info.si_signo != 0 else { return nil }
        let status = info._sifields._sigchld.si_status
        return info.si_code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
    }
}
