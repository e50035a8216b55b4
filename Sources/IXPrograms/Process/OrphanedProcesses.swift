internal import Glibc
internal import IXPipelines

/// `OrphanedProcesses` finds and ends the processes that a child left behind: processes of its session in another group, and
/// processes in another session that still carry the run's mark in their environment.
struct OrphanedProcesses {
    private static let rounds = 30
    /// Microseconds to wait for a process that is between two programs, without a readable environment.
    private static let pause: UInt32 = 1000

    private let leader: pid_t
    private let mark: String
    private let ownsSession: Bool
    private let sessions: ClosedRange<pid_t>

    /// Creates the search.
    ///
    /// - Parameters:
    ///   - mark: an environment entry, `NAME=value`, unique to the run.
    ///   - isOld: true when process numbers may have wrapped more than once during the run.
    ///   - ownsSession: true when the leader's number still belongs to the leader, so that its group and session are
    ///     the run's.
    init(leader: pid_t, mark: String, isOld: Bool, ownsSession: Bool = true) {
        self.ownsSession = ownsSession
        self.leader = leader
        self.mark = mark
        // A session that started after the child has a higher number, unless process numbers have wrapped.
        let startedOver = isOld || ProcessTable.lastNumber().map { $0 < leader } ?? true
        sessions = (startedOver ? 1 : leader)...pid_t.max
    }

    /// Ends all orphaned processes. Searches again until a round finds no new process, because a process may start
    /// another before it ends; at most 30 rounds. Returns the number of processes found beside the leader's group.
    @discardableResult func kill() -> Int {
        if ownsSession { ProcessGroup(leader: leader).kill() }
        var ended: Set<pid_t> = []
        for _ in 0..<Self.rounds {
            let seen = ProcessTable.numbers().filter { !ended.contains($0) }.map { ($0, kind(of: $0)) }
            let found = seen.filter { $0.1 == .left }.map(\.0)
            found.forEach(Self.kill)
            ended.formUnion(found)
            if found.isEmpty {
                guard seen.contains(where: { $0.1 == .undecided }) else { break }
                usleep(Self.pause)
            }
        }
        return ended.count
    }

    private enum Kind { case other, left, undecided }

    private func kind(of process: pid_t) -> Kind {
        let session = getsid(process)
        guard session > 0, process != leader || !ownsSession else { return .other }
        if ownsSession, session == leader { return .left }
        guard sessions.contains(session), session != getsid(0) else { return .other }
        switch ProcessTable.environment(of: process) {
        case .known(let entries): return entries.contains { $0.elementsEqual(mark.utf8) } ? .left : .other
        case .undecided: return .undecided
        case .unknown: return .other
        }
    }

    private static func kill(_ process: pid_t) {
        let group = getpgid(process)
        if group > 1, group != getpgrp() { Glibc.kill(-group, SIGKILL) }
        Glibc.kill(process, SIGKILL)
    }
}
