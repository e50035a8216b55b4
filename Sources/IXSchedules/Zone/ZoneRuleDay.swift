import IXCore

/// A day of each year on which a zone's rule changes the clock, with the time of the change.
struct ZoneRuleDay: Sendable, Hashable {
    enum Day: Sendable, Hashable {
        /// Day 1 to 365; 29 February is never counted.
        case julian(Int)
        /// Day 0 to 365; 29 February is counted.
        case ordinal(Int)
        /// A weekday (0 is Sunday) of a month's week; week 5 is the last.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    let day: Day
    /// Seconds since midnight, from -167 to 167 hours.
    let time: Int

    /// Returns the moment in `year`, as seconds of the local clock since 1970-01-01T00:00.
    func second(of year: Int) -> Int { day(of: year) * 86_400 + time }

    private func day(of year: Int) -> Int {
        switch day {
        case .julian(let number):
            let isLeap = CalendarDate.days(2, of: year) == 29
            return Self.first(1, of: year) + number - (isLeap && number > 59 ? 0 : 1)
        case .ordinal(let number): return Self.first(1, of: year) + number
        case .weekday(let month, let week, let weekday):
            let first = Self.first(month, of: year)
            // 1970-01-01 was a Thursday, 4.
            let distance = (weekday - first - 4) - (weekday - first - 4).dividedDown(by: 7) * 7
            let date = distance + (week - 1) * 7
            return first + (date < CalendarDate.days(month, of: year) ? date : date - 7)
        }
    }

    private static func first(_ month: Int, of year: Int) -> Int {
        CalendarDate(year: year, month: month, day: 1)?.daysSinceEpoch ?? 0
    }
}
