/// The end of a server's WAL at a moment: on the disk, or on a standby the end of the replayed WAL.
struct ServerStanding: Sendable, Equatable {
    let isStandby: Bool
    /// Bytes of WAL since the cluster's beginning.
    let position: Int64
    /// Seconds since the newest replayed commit, by the standby's clock; nil where none was replayed yet.
    let age: Double?
    /// A moment before the server was asked.
    let at: ContinuousClock.Instant
}

/// The positions of the primary at moments of this process's clock. By the positions a standby has every commit up to a moment.
///
/// A standby knows the WAL up to the end of its replay, but not the WAL behind. A standby without a connection to its primary
/// believes to be complete. So the primary is asked, too.
struct PrimaryPositions: Sendable {
    private var known: [(position: Int64, at: ContinuousClock.Instant)] = []
    private static let most = 64

    /// Notes the primary's position. A position behind the last belongs to another primary, and clears the earlier positions.
    mutating func note(_ standing: ServerStanding) {
        guard !standing.isStandby else { return }
        if let last = known.last, last.position > standing.position { known = [] }
        // Equal positions keep the newest moment alone: since then the primary has written nothing.
        if known.last?.position == standing.position { known.removeLast() }
        known.append((standing.position, standing.at))
        if known.count > Self.most { known.removeFirst() }
    }

    /// Returns the newest moment of which the standby is known to have every commit; nil where none is known.
    ///
    /// Two facts give such a moment: the standby has replayed up to the primary's position of the moment, or the newest
    /// replayed commit is of the moment.
    func moment(of standby: ServerStanding) -> ContinuousClock.Instant? {
        let byPosition = known.last { $0.position <= standby.position }?.at
        let byCommit = standby.age.map { standby.at - .seconds(max(0, $0)) }
        return [byPosition, byCommit].compactMap { $0 }.max().map { min($0, standby.at) }
    }
}
