import IXStore

/// The polls that follow a notification of jobs, because jobs committed shortly after another job's notification may
/// have sent none. Pure.
struct FollowUpSchedule {
    /// Two of the inserts within 10 ms notify (`ix_hint`). The first poll follows when the remaining inserts have been
    /// committed, the second poll serves inserts with a slow commit.
    private static let alone: [Duration] = [.milliseconds(20), .milliseconds(150)]

    /// The time of the next poll; nil when no poll is due.
    private(set) var due: ContinuousClock.Instant?
    /// The index of the next poll in the series; nil when no poll is due.
    private var next: Int?
    /// A second notification arrived before the first poll of the series, so the series starts again.
    private var isDueAgain = false

    /// Begins the series after a notification. Notifications in busy times cost a single poll per series.
    mutating func arrived(among neighbours: Neighbours, at now: ContinuousClock.Instant) {
        if next == 0 {
            isDueAgain = true
        } else {
            next = 0
            schedule(neighbours.delays(Self.alone), at: now)
        }
    }

    /// Returns true when a poll is due, and moves on to the next poll.
    mutating func take(among neighbours: Neighbours, at now: ContinuousClock.Instant) -> Bool {
        guard let due, due <= now, let index = next else { return false }
        let delays = neighbours.delays(Self.alone)
        next = isDueAgain ? 0 : index + 1 < delays.count ? index + 1 : nil
        isDueAgain = false
        schedule(delays, at: now)
        return true
    }

    /// Each wait is drawn up to 10 % shorter, so that daemons don't run in step.
    private mutating func schedule(_ delays: [Duration], at now: ContinuousClock.Instant) {
        due = next.map { now + delays[min($0, delays.count - 1)] * Double.random(in: 0.9...1) }
    }
}
