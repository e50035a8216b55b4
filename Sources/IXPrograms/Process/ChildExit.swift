internal import Glibc
internal import IXPipelines

/// `ChildExit` asks the kernel for a child's end, and reaps the child.
enum ChildExit {
    /// Returns the exit status of `child`, nil while the child runs. The ended child stays a zombie, so that its number
    /// isn't reused.
    static func status(of child: pid_t) -> ExitStatus? { wait(for: child, WNOWAIT) }

    /// Reaps an ended child, which frees its number.
    static func reap(_ child: pid_t) {
        // ignored: the status was read before
        OrphanReaper.disowning(child) { _ = wait(for: child, 0) }
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
