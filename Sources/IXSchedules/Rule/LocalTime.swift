package import IXCore

/// `LocalTime` writes moments as the clock of a zone shows them.
package enum LocalTime {
    /// Returns the moment with the zone's offset: `2026-03-29T03:00:00+02:00`. A fraction of a second is left out.
    package static func text(_ moment: Timestamp, _ zone: TimeZoneFile) -> String {
        let second = Int(moment.microseconds).dividedDown(by: 1_000_000)
        let offset = zone.segment(at: second).offset
        let local = Timestamp(microseconds: (Int64(second) + Int64(offset)) * 1_000_000).text.prefix(19)
        guard offset != 0 else { return local + "Z" }
        let (minutes, seconds) = (abs(offset) / 60, abs(offset) % 60)
        let rest = seconds == 0 ? "" : ":" + two(seconds)
        return local + (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60) + rest
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension ScheduleRule {
    /// The zone whose clock the moments follow; UTC for equal distances.
    package var zone: TimeZoneFile {
        switch moments {
        case .cron(_, let zone): zone
        case .every: .utc
        }
    }

    /// Returns the first `count` moments later than `moment`.
    package func next(_ count: Int, after moment: Timestamp) -> [Timestamp] {
        var (found, last) = ([Timestamp](), moment)
        while found.count < count, let next = next(after: last) {
            found.append(next)
            last = next
        }
        return found
    }
}
