internal import Glibc

/// A child and the processes it started, by the group and session it leads.
///
/// Requires: the child hasn't been reaped, else its number may be another's already.
struct ProcessGroup {
    let leader: pid_t

    /// Asks all of them to end; one that was stopped has to go on to hear it.
    func terminate() {
        Glibc.kill(-leader, SIGTERM)
        Glibc.kill(-leader, SIGCONT)
    }

    /// Ends the group; processes that left it are the sweep's.
    func kill() { Glibc.kill(-leader, SIGKILL) }
}
