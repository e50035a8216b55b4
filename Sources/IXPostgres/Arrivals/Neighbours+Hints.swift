import IXStore

/// The daemons of one store share the polls for arrived jobs. Pure.
///
/// Every daemon receives every notification. If every daemon asked for a single job, the queries would cost the server
/// more than the job. The stamp of a notification selects the daemon that polls at once. The other daemons poll later,
/// each at a random time, because the selected daemon may have no idle worker. The delay grows with the number of
/// daemons.
///
/// Rank and count may be one sweep interval old. A stamp that selects no daemon is covered by the later polls.
extension Neighbours {
    /// The average time between two polls of all daemons together, after a notification whose selected daemon found no
    /// job.
    private static let gap = Duration.milliseconds(20)

    /// Returns how many of the notifications this daemon answers at once.
    func share(of stamps: [UInt64]) -> Int {
        count < 2 ? stamps.count : stamps.count { isFirst(for: $0) }
    }

    private func isFirst(for stamp: UInt64) -> Bool {
        // Stamps are times, so the hash must send consecutive times to different ranks.
        let mixed = (stamp &* 0x9E37_79B9_7F4A_7C15) >> 33
        return mixed % UInt64(count) == UInt64(rank)
    }

    /// Returns the delays of the later polls after a notification; `alone` when this daemon has no neighbour.
    func delays(_ alone: [Duration], random: Double = .random(in: 0.2...1.8)) -> [Duration] {
        count < 2 ? alone : [Self.gap * count * random]
    }
}
