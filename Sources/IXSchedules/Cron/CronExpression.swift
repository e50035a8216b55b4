package import IXCore

/// `CronExpression` chooses minutes of local time by the five fields of Vixie cron.
///
/// The fields are minute, hour, day of month, month and weekday, with names (`JAN`, `MON`, in any case), lists, ranges
/// and steps. Sunday is 0 and 7. When both day and weekday are given, either chooses a day; a field that begins with `*`
/// counts as not given, `*/2` included. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and
/// `@annually` stand for expressions.
///
/// Guarantees: an expression chooses at least one day within 40 years of any day, years after 9999 excepted.
package struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// Maximum bytes of an expression. Lists of all numbers of all fields fit.
    package static let bytes = 512

    /// The expression as it was given.
    package let text: String
    let minutes: UInt64
    let hours: UInt64
    let days: CronDays
    /// True when the hour begins with `*`: then the clock's changes neither move nor drop a moment, because the
    /// moments follow elapsed time.
    let followsElapsedTime: Bool

    package var description: String { text }

    /// Reads an expression.
    ///
    /// Failure: `InvalidInput` naming `cron`, with the field and what the field takes; also for an expression that never
    /// fires, such as 30 February.
    package init(_ text: String) throws(InvalidInput) {
        guard text.utf8.count <= Self.bytes else { throw InvalidInput("cron", "over \(Self.bytes) bytes") }
        let fields = try Self.fields(text)
        self.text = text
        minutes = try Self.bits(.minute, fields)
        hours = try Self.bits(.hour, fields)
        followsElapsedTime = fields[1].hasPrefix("*")
        days = CronDays(
            days: try Self.bits(.day, fields), months: try Self.bits(.month, fields),
            weekdays: try Self.bits(.weekday, fields),
            needsBoth: fields[2].hasPrefix("*") || fields[4].hasPrefix("*"))
        guard days.exist else {
            throw InvalidInput("cron", "never fires: no month of \(fields[3]) has a day \(fields[2])")
        }
    }

    private static func bits(_ field: CronField, _ fields: [Substring]) throws(InvalidInput) -> UInt64 {
        let index = CronField.allCases.firstIndex(of: field) ?? 0
        return try CronFieldReader(field: field).bits(fields[index])
    }

    private static func fields(_ text: String) throws(InvalidInput) -> [Substring] {
        let given = text.split { $0 == " " || $0 == "\t" }
        guard let first = given.first else { throw InvalidInput("cron", "is empty") }
        if first.hasPrefix("@") { return try nickname(given) }
        guard given.count == CronField.allCases.count else {
            throw InvalidInput("cron", "has \(given.count) fields, must have 5: minute, hour, day, month, weekday")
        }
        return given
    }

    private static let nicknames = [
        ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"),
    ]

    private static func nickname(_ given: [Substring]) throws(InvalidInput) -> [Substring] {
        let name = given.joined(separator: " ").lowercased()
        guard let found = nicknames.first(where: { $0.0 == name }) else {
            let shown = PrintedText.safe(String(name.prefix(40)))
            let known = nicknames.map(\.0).joined(separator: ", ")
            throw InvalidInput("cron", "\(shown) must be 5 fields or one of \(known)")
        }
        return found.1.split(separator: " ")
    }
}

extension CronExpression {
    /// Returns the first chosen minute that begins at `local` or later and before `end`, all in seconds of a local clock
    /// since 1970-01-01T00:00; nil when none does.
    ///
    /// The work is a few steps for each month between `local` and the answer.
    func next(from local: Int, before end: Int) -> Int? {
        let minute = (max(local, Self.earliest) + 59).dividedDown(by: 60)
        let day = minute.dividedDown(by: Self.minutesOfDay)
        if days.contains(day), let time = time(from: minute - day * Self.minutesOfDay) {
            return Self.local(day, time, before: end)
        }
        guard let next = days.next(from: day + 1, before: end.dividedDown(by: 86_400) + 1), let time = time(from: 0)
        else { return nil }
        return Self.local(next, time, before: end)
    }

    private static let minutesOfDay = 1_440
    /// 0001-01-01T00:00, the first day of the calendar.
    private static let earliest = Int(Timestamp.earliest.microseconds / 1_000_000)

    private static func local(_ day: Int, _ time: Int, before end: Int) -> Int? {
        let local = (day * minutesOfDay + time) * 60
        return local < end ? local : nil
    }

    /// Returns the first chosen minute of a day at `minute` or later, in minutes since midnight.
    private func time(from minute: Int) -> Int? {
        let hour = minute / 60
        if hours.firstBit(from: hour) == hour, let same = minutes.firstBit(from: minute % 60) {
            return hour * 60 + same
        }
        guard let later = hours.firstBit(from: hour + 1), let first = minutes.firstBit(from: 0) else { return nil }
        return later * 60 + first
    }
}
