import IXStore
import Synchronization

/// `SharedTurns` are a daemon's turns at a duty that any daemon does for all. Pure but for the count of the waits.
///
/// Each daemon counts its own waits, so no statement is needed. A count or a rank that is out of date costs a round more or
/// less. A daemon whose neighbours are gone has every turn.
///
/// Some of the neighbours may lack the duty, and waits differ in length, so the turns alone leave gaps of any length. Each
/// daemon therefore leaves no more than four intervals out. Of 20 daemons about four do the duty in an interval.
final class SharedTurns: Sendable {
    private let waits = Atomic(0)

    /// The most intervals between two rounds of one daemon.
    private static let longestGap = 5

    /// Returns true when the round after this wait is the daemon's, whose last round ended `gap` ago. The rank sets daemons
    /// apart that were started together. `interval` is the next wait, which would end within the longest gap.
    func isNext(among neighbours: Neighbours, after gap: Duration, interval: Duration) -> Bool {
        let wait = waits.wrappingAdd(1, ordering: .relaxed).oldValue
        guard neighbours.count > 1 else { return true }
        if (wait + neighbours.rank) % neighbours.count == 0 { return true }
        return gap + interval > interval * min(neighbours.count, Self.longestGap)
    }
}
