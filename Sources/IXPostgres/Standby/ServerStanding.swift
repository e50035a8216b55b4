/// The end of a server's WAL at a moment: on the disk, or on a standby the end of the replayed WAL.
struct ServerStanding: Sendable, Equatable {
    let isStandby: Bool
    /// Bytes of WAL since the cluster's beginning.
    let position: Int64
    /// The server's clock, in seconds since 1970.
    let clock: Double
    /// The time of the newest replayed commit, in seconds since 1970 by the clock of the primary; nil on a primary, and where
    /// none was replayed yet.
    let committed: Double?
    /// Names the cluster, the database and the table of jobs. A physical copy has the same text.
    let store: String
    /// A moment before the server was asked.
    let at: ContinuousClock.Instant
}

/// The positions of the primary at moments of this process's clock. By the positions a standby has every commit up to a moment.
///
/// A standby knows the WAL up to the end of its replay, but not the WAL behind. A standby without a connection to its primary
/// believes to be complete. So the primary is asked, too.
struct PrimaryPositions: Sendable {
    private var known: [(position: Int64, at: ContinuousClock.Instant)] = []
    /// The newest answer of the primary.
    private var last: ServerStanding?
    private static let most = 64

    /// Notes the primary's position. A position behind the last belongs to another primary, and clears the earlier positions.
    /// An answer that comes behind a later one is ignored.
    mutating func note(_ standing: ServerStanding) {
        guard !standing.isStandby else { return }
        if let last {
            guard last.at < standing.at else { return }
            if last.position > standing.position || last.store != standing.store { known = [] }
        }
        last = standing
        // Equal positions keep the newest moment alone: since then the primary has written nothing.
        if known.last?.position == standing.position { known.removeLast() }
        known.append((standing.position, standing.at))
        if known.count > Self.most { known.removeFirst() }
    }

    /// Returns true where the server has a copy of the primary's database, or the primary was never asked.
    func isCopy(_ standby: ServerStanding) -> Bool { last.map { $0.store == standby.store } ?? true }

    /// Returns the newest moment of which the standby is known to have every commit; nil where none is known.
    ///
    /// Two facts give such a moment: the standby has replayed up to the primary's position of the moment, or the newest
    /// replayed commit is of the moment. The time of a commit is the primary's, so the primary's clock tells how long ago that
    /// was; the standby's own clock counts only while the primary was never asked.
    func moment(of standby: ServerStanding) -> ContinuousClock.Instant? {
        let byPosition = known.last { $0.position <= standby.position }?.at
        let teller = last ?? standby
        let byCommit = standby.committed.map { teller.at - .seconds(max(0, teller.clock - $0)) }
        return [byPosition, byCommit].compactMap { $0 }.max().map { min($0, standby.at) }
    }

    /// Returns a moment of this process as the primary's clock shows it, in seconds since 1970. The standby's clock counts
    /// only while the primary was never asked.
    func clock(at moment: ContinuousClock.Instant, _ standby: ServerStanding) -> Double {
        let teller = last ?? standby
        return teller.clock + (moment - teller.at) / .seconds(1)
    }
}
