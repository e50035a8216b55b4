import IXStore

/// The daemons of one store, and which of them this one is: so that they share out who looks for a job that has arrived. Pure.
///
/// Every daemon hears every notification; all of them asking for one job would cost the server more than the job. The stamp
/// says who looks at once. The others look a little later, each at a time of its own, since the first may have no worker to
/// spare; the more daemons there are, the longer each of them may wait for one of them to have looked.
struct Neighbours: Sendable, Equatable {
    /// Those that hold a lease, this one among them.
    var count = 1
    /// From 0; up to a sweep old, as the number is. A stamp that finds no daemon by it is looked after by the later looks.
    var rank = 0

    /// Between two looks of all daemons together, after a notification that its first daemon made nothing of.
    private static let gap = Duration.milliseconds(20)

    /// Of these hints, how many this daemon answers at once.
    func share(of stamps: [UInt64]) -> Int {
        count < 2 ? stamps.count : stamps.count { isFirst(for: $0) }
    }

    private func isFirst(for stamp: UInt64) -> Bool {
        // Stamps are times: neighbours in time must not be neighbours in place.
        let mixed = (stamp &* 0x9E37_79B9_7F4A_7C15) >> 33
        return mixed % UInt64(count) == UInt64(rank)
    }

    /// When to look after a hint; `alone` where no neighbour does.
    func laterLooks(_ alone: [Duration], random: Double = .random(in: 0.2...1.8)) -> [Duration] {
        count < 2 ? alone : [Self.gap * count * random]
    }
}
