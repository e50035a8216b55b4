/// The schedule of looks after a write, until even a slow disk has taken the commit.
struct FollowUpSchedule {
    /// The longest pause in milliseconds. Pauses begin short, because most commits are done by then. No pause exceeds
    /// the 50 ms within which a job is to be noticed.
    private static let longest: Int32 = 40
    private static let lasts = Duration.seconds(10)

    private var end: ContinuousClock.Instant?
    private var pause: Int32 = 0

    var isOn: Bool { end.map { ContinuousClock.now < $0 } ?? false }

    mutating func begin() { (end, pause) = (.now + Self.lasts, 0) }

    /// Milliseconds to the next look; nil when no look is needed.
    var nextPause: Int32? {
        mutating get {
            guard isOn else { return nil }
            pause = min(max(pause * 2, 1), Self.longest)
            return pause
        }
    }
}
