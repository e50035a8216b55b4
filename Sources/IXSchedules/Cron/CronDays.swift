import IXCore

/// The days that a cron expression chooses, searched month by month.
struct CronDays: Sendable, Hashable {
    /// Bits 1 to 31.
    let days: UInt64
    /// Bits 1 to 12.
    let months: UInt64
    /// Bits 0 to 7; both 0 and 7 are Sunday.
    let weekdays: UInt64
    /// True when a day must be chosen by day and weekday, false when one of both is enough.
    let needsBoth: Bool

    /// False when no month has a chosen day. Where both must choose, a leap year is enough: in 400 years every date falls
    /// on every weekday.
    var exist: Bool {
        !needsBoth || (1...12).contains { isChosen($0) && days & Self.within(CalendarDate.days($0, of: 2000)) != 0 }
    }

    /// True when the day `day` days after 1970-01-01 is chosen.
    func contains(_ day: Int) -> Bool {
        let date = CalendarDate(day: day)
        return isChosen(date.month) && chosen(first: day - date.day + 1, length: date.day) >> UInt64(date.day) & 1 == 1
    }

    /// Returns the first chosen day from `day` on and before `end`, in days since 1970-01-01; nil when no day until the
    /// year 9999 is chosen.
    func next(from day: Int, before end: Int) -> Int? {
        let date = CalendarDate(day: day)
        var (year, month, first, from) = (date.year, date.month, day - date.day + 1, date.day)
        while year <= 9999, first < end {
            let length = CalendarDate.days(month, of: year)
            if isChosen(month), let found = chosen(first: first, length: length).firstBit(from: from) {
                return first + found - 1
            }
            (first, from) = (first + length, 1)
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        return nil
    }

    private func isChosen(_ month: Int) -> Bool { months >> UInt64(month) & 1 == 1 }

    /// The chosen days of a month of `length` days as bits 1 to 31; `first` is the month's first day since 1970-01-01.
    private func chosen(first: Int, length: Int) -> UInt64 {
        let byWeekday = spread(from: first)
        return (needsBoth ? days & byWeekday : days | byWeekday) & Self.within(length)
    }

    /// The days of a month whose weekday is chosen, as bits 1 to 35.
    private func spread(from first: Int) -> UInt64 {
        let week = (weekdays | weekdays >> 7) & 0x7F
        // 1970-01-01 was a Thursday, 4.
        let weekday = UInt64(first + 4 - (first + 4).dividedDown(by: 7) * 7)
        let turned = (week >> weekday | week << (7 - weekday)) & 0x7F
        return turned * 0x1020_4081 << 1
    }

    private static func within(_ length: Int) -> UInt64 { (2 << UInt64(length)) - 2 }
}
