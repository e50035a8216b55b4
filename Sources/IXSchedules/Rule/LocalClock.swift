/// The wall clock of a zone, searched for the moments that show a local time. Local times are seconds of the clock since
/// 1970-01-01T00:00, as if it were UTC.
struct LocalClock {
    let zone: TimeZoneFile

    /// Returns the latest local time that the clock has shown up to `second`. While an hour is shown for the second
    /// time, the result is the hour's end.
    func latest(until second: Int) -> Int {
        var (at, latest) = (second, Int.min)
        // Earlier stretches lie too far back to have shown a later time.
        let earliest = second - 2 * ZoneSegment.largestOffset
        while true {
            let segment = zone.segment(at: at)
            latest = max(latest, min(segment.end - 1, second) + segment.offset)
            guard segment.start > earliest else { return latest }
            at = segment.start - 1
        }
    }

    /// Returns the first second at which the clock shows `local` or a later time. For a local time that a change skips,
    /// the result is the moment of the change; for one that is shown twice, the first moment.
    func first(showing local: Int) -> Int {
        var at = local - ZoneSegment.largestOffset
        while true {
            let segment = zone.segment(at: at)
            let found = max(at, local - segment.offset)
            if found < segment.end { return found }
            at = segment.end
        }
    }
}
