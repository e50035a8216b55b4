internal import Glibc
internal import IXPipelines

/// `ProcessGroup` is a child with the child's descendants, named by the group and session that the child leads.
///
/// Requires: the child hasn't been reaped, because the kernel may then give its number to another process.
struct ProcessGroup {
    let leader: pid_t

    /// Sends TERM to the whole group, then CONT, because a stopped process receives TERM only after it continues.
    func terminate() {
        Glibc.kill(-leader, SIGTERM)
        Glibc.kill(-leader, SIGCONT)
    }

    /// Sends KILL to the whole group. `OrphanedProcesses` ends processes that left the group.
    func kill() { Glibc.kill(-leader, SIGKILL) }
}
