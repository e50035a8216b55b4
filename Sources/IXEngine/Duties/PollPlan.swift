/// `PollPlan` decides what a round of the poll is: a poll, or a look for the duties of the store alone. Pure.
struct PollPlan: Sendable {
    /// What a round is.
    struct Round: Sendable, Equatable {
        /// True when the round was asked for, in place of a claim by an idle worker.
        let wasAsked: Bool
        /// True when a job that the round finds is for a worker.
        let isPoll: Bool

        /// Returns true when the round's look scans from the start, because no worker's claim does. A job that was committed
        /// late stands before the jobs claimed last.
        func looksWhole(hasIdle: Bool) -> Bool { wasAsked || isPoll && hasIdle }
    }

    /// The longest time between two rounds.
    static let longest = Duration.seconds(5)

    private var lastPoll: ContinuousClock.Instant
    /// True when the next round is to be a poll, whatever the interval says.
    private var isAsked = false

    init(lastPoll: ContinuousClock.Instant) { self.lastPoll = lastPoll }

    /// Makes the next round a poll.
    mutating func ask() { isAsked = true }

    /// Returns what the round that begins is; `poll` is the interval of the configuration.
    mutating func next(every poll: Duration, at now: ContinuousClock.Instant) -> Round {
        defer { isAsked = false }
        return Round(
            wasAsked: isAsked, isPoll: isAsked || poll <= Self.longest || now - lastPoll >= poll * 0.9)
    }

    /// Records that the round's look failed. What was asked for is still to be done.
    mutating func failed(_ round: Round) { if round.wasAsked { isAsked = true } }

    /// Records the start of a poll that the store answered.
    mutating func polled(at now: ContinuousClock.Instant) { lastPoll = now }
}
