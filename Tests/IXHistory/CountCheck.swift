/// Compares the daemons' counters and the kept history with the rows.
///
/// The counters of all processes are the ended rows, less what the processes did after their last scrape. The history has
/// the ended rows, less what a killed process did within the 10 s before its end.
struct CountCheck {
    /// The end of a row by a daemon: the holder, the time, and the status.
    private struct End {
        let daemonID: String?
        let at: Double
        let isDone: Bool
    }

    private static let slack = 10.0
    private static let pause = 10.0
    /// A write of the history may take this long, or wait this long for a server that is away.
    private static let writing = (usual: 3.0, away: 20.0)
    /// Faults after which a write of the history may have gone through unheard, or waits.
    private static let serverFaults: Set<Fault.Kind> = [.cut, .restart, .outage, .failover, .ddl, .revoke, .clock]
    /// A statement that a killed process had sent may run this much later.
    private static let late = 1.0
    /// The resolution of the events' times.
    private static let tick = 0.1

    private let history: History
    private let ends: [End]

    init(_ history: History) {
        self.history = history
        ends = history.events.compactMap { event in
            // An end without a start is `ix_cancel`'s, which no daemon counts.
            guard let old = event.old, let new = event.new, old.status == "running", new.hasEnded else { return nil }
            return End(daemonID: old.daemonID, at: event.at, isDone: new.status == "done")
        }
    }

    /// The deviations, each a process and a sentence.
    var faults: [(process: String, what: String)] {
        guard !history.counts.isEmpty, !history.mayForget else { return [] }
        return history.counts.flatMap(faults(of:)) + total + kept
    }

    private func faults(of one: ProcessCounts) -> [(process: String, what: String)] {
        let own = ends.filter { $0.isDone && $0.daemonID.map(one.daemonIDs.contains) == true }
        let most = own.count { $0.at <= one.answeredAt + Self.tick || one.endedAt == nil }
        let least = one.endedAt == nil ? own.count : own.count { $0.at <= one.scrapedAt - Self.slack }
        guard (least...most).contains(one.done) else {
            return [(one.process, "counted \(one.done) done, and the rows say \(least) to \(most)")]
        }
        return []
    }

    private var total: [(process: String, what: String)] {
        let counted = history.counts.reduce(0) { $0 + $1.done + $1.error }
        let unseen = ends.count { end in history.counts.contains { isUnseen(end, by: $0) } }
        guard (ends.count - unseen...ends.count).contains(counted) else {
            return [
                ("all", "counted \(counted) ends, and \(ends.count) rows ended, \(unseen) of them near a process's end")
            ]
        }
        return []
    }

    /// True when the process ended the row after its last scrape, or may have swept it.
    private func isUnseen(_ end: End, by one: ProcessCounts) -> Bool {
        guard let over = one.endedAt, end.at > one.scrapedAt - Self.slack, end.at <= over + Self.late else {
            return false
        }
        return end.daemonID.map(one.daemonIDs.contains) == true || !end.isDone
    }

    private var kept: [(process: String, what: String)] {
        guard let sums = history.kept else { return [] }
        let sum = sums.done + sums.error
        let isTroubled = history.faults.contains { Self.serverFaults.contains($0.kind) }
        let window = Self.pause + (isTroubled ? Self.writing.away : Self.writing.usual)
        let lost = ends.count { end in
            history.counts.contains { one in
                guard let over = one.endedAt, one.isKilled || isTroubled else { return false }
                let isNear = end.at > over - window && end.at <= over + Self.late
                return isNear && (end.daemonID.map(one.daemonIDs.contains) == true || !end.isDone)
            }
        }
        guard sum < ends.count - lost || sum > ends.count && !isTroubled else { return [] }
        return [("history", "has \(sum) ends of \(ends.count), and \(lost) at most may be missing")]
    }
}
