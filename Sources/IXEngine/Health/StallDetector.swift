import IXConcurrency
import IXStore

/// `StallDetector` finds the stalled parts of the engine, from the last state of each part. Pure.
///
/// A database outage is no stall, because failed claims count as steps and are retried.
struct StallDetector {
    let workers: [WorkerState]
    let livenesses: [Liveness]
    /// The time of the last reply to a claim or a poll: a job, no job, or an error.
    let lastClaim: ContinuousClock.Instant
    /// The longest time for a step that asks the store.
    let stepLimit: Duration
    /// The interval at which an idle daemon asks for jobs.
    let poll: Duration
    let isDraining: Bool

    /// Returns the names of the stalled parts, for people; empty when nothing is stalled.
    func found(at now: ContinuousClock.Instant) -> [String] {
        stuckWorkers(now) + claimLoop(now) + livenesses.filter { $0.isLate(at: now) }.map(\.name)
    }

    private func stuckWorkers(_ now: ContinuousClock.Instant) -> [String] {
        workers.filter { isStuck($0, now) }.map { "worker \($0.number), \($0.work.rawValue)" }
    }

    private func isStuck(_ worker: WorkerState, _ now: ContinuousClock.Instant) -> Bool {
        switch worker.work {
        case .claiming, .finishing, .waiting: worker.since + stepLimit < now
        case .running: worker.mustEndBy.map { $0 + stepLimit < now } ?? false
        case .idle, .stopped: false
        }
    }

    /// While a worker is idle, the poll makes at least a claim per interval.
    private func claimLoop(_ now: ContinuousClock.Instant) -> [String] {
        guard !isDraining, workers.contains(where: { $0.work == .idle }) else { return [] }
        return lastClaim + poll * 1.2 + stepLimit < now ? ["the claim loop"] : []
    }
}
