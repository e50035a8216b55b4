import IXStore
import Synchronization

/// `SharedTurns` are a daemon's turns at a duty that any daemon does for all. Pure but for the count of the waits.
///
/// Each daemon counts its own waits, so no statement is needed. A count or a rank that is out of date costs a round more or
/// less. A daemon whose neighbours are gone has every turn.
final class SharedTurns: Sendable {
    private let waits = Atomic(0)

    /// Returns true when the round after this wait is the daemon's. The rank sets daemons apart that were started together.
    func isNext(among neighbours: Neighbours) -> Bool {
        let wait = waits.wrappingAdd(1, ordering: .relaxed).oldValue
        guard neighbours.count > 1 else { return true }
        return (wait + neighbours.rank) % neighbours.count == 0
    }
}
