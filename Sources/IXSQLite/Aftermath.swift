/// When to look again after something was written, until even a slow disk has taken it.
struct Aftermath {
    /// Milliseconds; short ones first, since most commits are done by then, and none over the 50 ms in which a job is to be
    /// noticed.
    private static let longest: Int32 = 40
    private static let lasts = Duration.seconds(10)

    private var end: ContinuousClock.Instant?
    private var pause: Int32 = 0

    var isOn: Bool { end.map { ContinuousClock.now < $0 } ?? false }

    mutating func begin() { (end, pause) = (.now + Self.lasts, 0) }

    /// Milliseconds to the next look; nil when there is nothing to look for.
    var nextPause: Int32? {
        mutating get {
            guard isOn else { return nil }
            pause = min(max(pause * 2, 1), Self.longest)
            return pause
        }
    }
}
