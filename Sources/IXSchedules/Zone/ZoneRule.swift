import IXCore

/// The rule of a zone for the time after its last listed change: a POSIX TZ string such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Sendable, Hashable {
    /// Summer time and the days of its start and end.
    struct Summer: Sendable, Hashable {
        let offset: Int
        let start: ZoneRuleDay
        let end: ZoneRuleDay
    }

    /// Seconds of standard time east of Greenwich.
    let offset: Int
    let summer: Summer?

    /// Returns the stretch that holds `second`.
    func segment(at second: Int) -> ZoneSegment {
        guard let summer else { return ZoneSegment(start: .min, end: .max, offset: offset) }
        let year = Self.year(of: second + offset)
        var before = Int.min
        for stretch in stretches(around: year, summer) {
            if second < stretch.lowerBound {
                return ZoneSegment(start: before, end: stretch.lowerBound, offset: offset)
            }
            if second < stretch.upperBound {
                return ZoneSegment(start: stretch.lowerBound, end: stretch.upperBound, offset: summer.offset)
            }
            before = stretch.upperBound
        }
        return ZoneSegment(start: before, end: .max, offset: offset)
    }

    /// The stretches of summer time that touch the years next to `year`, in order, with touching ones joined.
    private func stretches(around year: Int, _ summer: Summer) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for year in max(year - 2, 1)...min(year + 1, 9_999) {
            let start = summer.start.second(of: year) - offset
            var end = summer.end.second(of: year) - summer.offset
            // South of the equator, where summer ends in the next year.
            if end < start { end = summer.end.second(of: year + 1) - summer.offset }
            guard start < end else { continue }
            if let last = stretches.last, start <= last.upperBound {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                stretches.append(start..<end)
            }
        }
        return stretches
    }

    private static func year(of second: Int) -> Int {
        let first = Int(Timestamp.earliest.microseconds / 1_000_000)
        let last = Int(Timestamp.latest.microseconds / 1_000_000)
        return CalendarDate(day: min(max(second, first), last).dividedDown(by: 86_400)).year
    }
}
