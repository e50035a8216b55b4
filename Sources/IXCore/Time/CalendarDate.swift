/// A day of the Gregorian calendar, extended backwards to the year 1.
package struct CalendarDate: Equatable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Creates the day; nil when the calendar has no such day between the years 1 and 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Creates the day `day` days after 1970-01-01.
    ///
    /// Requires: a result in the year 1 or later.
    ///
    /// The arithmetic lets a year begin in March and so end with the leap day; then months and years follow from
    /// divisions alone (Hinnant's `civil_from_days`).
    package init(day: Int) {
        let shifted = day + Self.epoch
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - Self.days(beforeYear: yearOfEra)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        self.day = dayOfYear - Self.days(beforeMonth: monthFromMarch) + 1
    }

    /// Number of days since 1970-01-01; negative before.
    package var daysSinceEpoch: Int {
        let yearFromMarch = month > 2 ? year : year - 1
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        return Self.days(beforeYear: yearFromMarch) + Self.days(beforeMonth: monthFromMarch) + day - 1 - Self.epoch
    }

    /// Number of days from 0000-03-01 to 1970-01-01.
    private static let epoch = 719_468

    private static func days(beforeYear year: Int) -> Int { year * 365 + year / 4 - year / 100 + year / 400 }

    private static func days(beforeMonth month: Int) -> Int { (153 * month + 2) / 5 }

    /// Returns the number of days of a month.
    package static func days(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
