import IXStore

/// What ought to move and doesn't. Pure: from what everybody said last.
///
/// A database that is away is no standstill: claims fail, are counted as steps, and are tried again.
struct Standstill {
    let workers: [WorkerState]
    let pulses: [Pulse]
    /// When a claim last came back, with a job, without or with an error.
    let lastClaim: ContinuousClock.Instant
    /// How long one step that asks the store may take.
    let patience: Duration
    /// An idle daemon asks for jobs this often.
    let poll: Duration
    let isDraining: Bool

    /// For people; empty when everything moves.
    func found(at now: ContinuousClock.Instant) -> [String] {
        stuckWorkers(now) + claimLoop(now) + pulses.filter { $0.isLate(at: now) }.map(\.name)
    }

    private func stuckWorkers(_ now: ContinuousClock.Instant) -> [String] {
        workers.filter { isStuck($0, now) }.map { "worker \($0.number), \($0.work.rawValue)" }
    }

    private func isStuck(_ worker: WorkerState, _ now: ContinuousClock.Instant) -> Bool {
        switch worker.work {
        case .claiming, .finishing, .waiting: worker.since + patience < now
        case .running: worker.mustEndBy.map { $0 + patience < now } ?? false
        case .idle, .stopped: false
        }
    }

    /// While somebody is idle, the poll alone makes one claim per interval.
    private func claimLoop(_ now: ContinuousClock.Instant) -> [String] {
        guard !isDraining, workers.contains(where: { $0.work == .idle }) else { return [] }
        return lastClaim + poll * 1.2 + patience < now ? ["the claim loop"] : []
    }
}
