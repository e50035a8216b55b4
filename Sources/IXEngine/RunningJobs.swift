import FoundationEssentials
import Synchronization

/// The claims this process holds or has asked for; what the heartbeat compares the table with.
final class RunningJobs: Sendable {
    private let claims = Mutex<[UUID: Run?]>([:])

    /// Notes a claim before it is asked for, so that no heartbeat takes its row for lost.
    func expect(_ claimID: UUID) { claims.withLock { $0[claimID] = .some(nil) } }

    func started(_ claimID: UUID, _ run: Run) { claims.withLock { $0[claimID] = .some(run) } }

    func forget(_ claimID: UUID) { claims.withLock { $0[claimID] = nil } }

    /// Whether the run was stopped because the lease was lost.
    func isLost(_ claimID: UUID) -> Bool {
        claims.withLock { ($0[claimID] ?? nil)?.stopReason == .leaseLost }
    }

    var claimIDs: [UUID] { claims.withLock { Array($0.keys) } }

    /// Stops the runs whose time is up.
    func stopOverdue(at now: ContinuousClock.Instant) {
        let overdue = claims.withLock { $0.values.compactMap { $0 }.filter { $0.deadline <= now } }
        for run in overdue { run.stop(.timeout) }
    }

    /// Stops every run that isn't being stopped already; how many there were.
    func stopAll(_ reason: StopReason) -> Int {
        let runs = claims.withLock { $0.values.compactMap { $0 } }
        return runs.count { $0.stop(reason) }
    }
}
