import IXCore

/// `RateWindow` is the arithmetic of a rate with a burst (GCRA): one moment says how much of the burst is used up.
///
/// Guarantees: in any time t at most `burst + count · t / seconds` jobs start.
struct RateWindow {
    let count: Int
    let seconds: Double
    let burst: Int
    /// The moment at which the whole burst is there again; nil: it is there now.
    let fullAt: Timestamp?

    static let unbounded = RateWindow(count: -1, seconds: 1, burst: 1, fullAt: nil)

    /// Returns how many jobs may start at the moment. A `fullAt` further ahead than a whole burst, as after a step of the
    /// clock, counts as a whole burst.
    func room(at now: Timestamp) -> Int {
        guard count >= 0 else { return .max }
        guard count > 0 else { return 0 }
        let ahead = fullAt.map { ($0 - now).inSeconds } ?? 0
        let used = max(0, min(Double(burst), ahead * Double(count) / seconds))
        return Int((Double(burst) - used + 1e-9).rounded(.down))
    }

    /// Returns `fullAt` after one more start at the moment.
    func charged(at now: Timestamp) -> Timestamp {
        let whole = Duration.seconds(Double(burst) * seconds / Double(max(count, 1)))
        let one = Duration.seconds(seconds / Double(max(count, 1)))
        let ahead = fullAt.map { $0 - now } ?? .zero
        return now + max(.zero, min(ahead, whole)) + one
    }
}
