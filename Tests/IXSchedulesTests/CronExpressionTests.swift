import IXCore
import Testing

@testable import IXSchedules

/// What a cron expression means, in UTC.
@Suite struct CronExpressionTests {
    @Test(arguments: [
        ("* * * * *", ["2026-11-30T04:46:00Z", "2026-11-30T04:47:00Z"]),
        ("*/20 * * * *", ["2026-11-30T05:00:00Z", "2026-11-30T05:20:00Z"]),
        (
            "5-20/7 5 * * *",
            ["2026-11-30T05:05:00Z", "2026-11-30T05:12:00Z", "2026-11-30T05:19:00Z", "2026-12-01T05:05:00Z"]
        ),
        ("0 0,12 1 */2 *", ["2027-01-01T00:00:00Z", "2027-01-01T12:00:00Z", "2027-03-01T00:00:00Z"]),
        ("00 012 * * *", ["2026-11-30T12:00:00Z"]),
        ("0 9 * * MON-FRI", ["2026-11-30T09:00:00Z", "2026-12-01T09:00:00Z"]),
        ("0 9 * jan,Mar sun", ["2027-01-03T09:00:00Z", "2027-01-10T09:00:00Z"]),
        ("0 9 * * 7", ["2026-12-06T09:00:00Z", "2026-12-13T09:00:00Z"]),
        ("0 9 * * 0", ["2026-12-06T09:00:00Z", "2026-12-13T09:00:00Z"]),
        (
            "0 9 * * 5-7",
            ["2026-12-04T09:00:00Z", "2026-12-05T09:00:00Z", "2026-12-06T09:00:00Z", "2026-12-11T09:00:00Z"]
        ),
        (
            "0 9 * * FRI-SUN",
            ["2026-12-04T09:00:00Z", "2026-12-05T09:00:00Z", "2026-12-06T09:00:00Z", "2026-12-11T09:00:00Z"]
        ),
        ("0 9 * * SUN-MON", ["2026-11-30T09:00:00Z", "2026-12-06T09:00:00Z", "2026-12-07T09:00:00Z"]),
        (" 0\t9  31 * * ", ["2026-12-31T09:00:00Z", "2027-01-31T09:00:00Z", "2027-03-31T09:00:00Z"]),
        ("@hourly", ["2026-11-30T05:00:00Z"]), ("@daily", ["2026-12-01T00:00:00Z"]),
        ("@Midnight", ["2026-12-01T00:00:00Z"]), ("@weekly", ["2026-12-06T00:00:00Z"]),
        ("@monthly", ["2026-12-01T00:00:00Z"]), ("@yearly", ["2027-01-01T00:00:00Z"]),
        ("@annually", ["2027-01-01T00:00:00Z"]),
    ])
    func `five fields choose minutes as in Vixie cron`(_ row: (cron: String, moments: [String])) throws {
        let rule = try Moments.rule(row.cron)
        #expect(try Moments.next(rule, after: "2026-11-30T04:45:07.5Z", count: row.moments.count) == row.moments)
    }

    @Test(arguments: [
        // Both given: the 13th, and each Friday.
        ("0 0 13 * 5", ["2026-12-04T00:00:00Z", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z"]),
        ("0 0 1-31 * 5", ["2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"]),
        // One begins with *: days that both choose.
        ("0 0 */2 * 5", ["2026-12-11T00:00:00Z", "2026-12-25T00:00:00Z", "2027-01-01T00:00:00Z"]),
        ("0 0 13 * */5", ["2026-12-13T00:00:00Z", "2027-06-13T00:00:00Z"]),
        ("0 0 *,1 * 5", ["2026-12-04T00:00:00Z", "2026-12-11T00:00:00Z"]),
        ("0 0 30 2 1", ["2027-02-01T00:00:00Z", "2027-02-08T00:00:00Z"]),
    ])
    func `either day or weekday chooses when both are given, and a step of all counts as not given`(
        _ row: (cron: String, moments: [String])
    ) throws {
        let rule = try Moments.rule(row.cron)
        #expect(try Moments.next(rule, after: "2026-11-30T04:45:07Z", count: row.moments.count) == row.moments)
    }

    @Test(arguments: [
        ("", "is empty"), (" \t", "is empty"), (String(repeating: "1", count: 513), "over 512 bytes"),
        ("* * * *", "has 4 fields, must have 5: minute, hour, day, month, weekday"),
        ("0 * * * * *", "has 6 fields, must have 5: minute, hour, day, month, weekday"),
        ("60 * * * *", "minute 60 must be 0 to 59"), ("-1 * * * *", "minute -1 must be 0 to 59"),
        ("* 24 * * *", "hour 24 must be 0 to 23"), ("* * 0 * *", "day 0 must be 1 to 31"),
        ("* * 32 * *", "day 32 must be 1 to 31"), ("* * * 13 *", "month 13 must be 1 to 12 or JAN to DEC"),
        ("* * * January *", "month January must be 1 to 12 or JAN to DEC"),
        ("* * * * 8", "weekday 8 must be 0 to 7 or SUN to SAT"),
        ("* * * * MON-", "weekday MON- must be 0 to 7 or SUN to SAT"),
        ("* * * MON *", "month MON must be 1 to 12 or JAN to DEC"), ("* * L * *", "day L must be 1 to 31"),
        ("* * * * 5#2", "weekday 5#2 must be 0 to 7 or SUN to SAT"), ("* * ? * *", "day ? must be 1 to 31"),
        ("1,,2 * * * *", "minute is empty and must be 0 to 59"), (", * * * *", "minute is empty and must be 0 to 59"),
        ("5-1 * * * *", "minute 5-1 begins after its end"), ("* * * * SAT-MON", "weekday SAT-MON begins after its end"),
        ("* * * * 5-0", "weekday 5-0 begins after its end"),
        ("*/0 * * * *", "minute */0: a step must be 1 to 59"), ("*/60 * * * *", "minute */60: a step must be 1 to 59"),
        ("*/x * * * *", "minute */x: a step must be 1 to 59"), ("*/ * * * *", "minute */: a step must be 1 to 59"),
        ("*/2/3 * * * *", "minute */2/3: a step must be 1 to 59"),
        ("5/10 * * * *", "minute 5/10 has a step behind a single value; a step follows * or a range, as in 1-5/2"),
        ("1-2-3 * * * *", "minute 1-2-3 must be 0 to 59"), ("+1 * * * *", "minute +1 must be 0 to 59"),
        ("\u{FF11} * * * *", "minute \u{FF11} must be 0 to 59"),
        ("\u{1B}[2J * * * *", "minute \\u001b[2J must be 0 to 59"),
        ("99999999999999999999 * * * *", "minute 99999999999999999999 must be 0 to 59"),
        ("0\n* * * *", "has 4 fields, must have 5: minute, hour, day, month, weekday"),
        ("0 0 30 2 *", "never fires: no month of 2 has a day 30"),
        ("0 0 31 2,4,6,9,11 */2", "never fires: no month of 2,4,6,9,11 has a day 31"),
        ("0 0 30-31 FEB *", "never fires: no month of FEB has a day 30-31"),
        (
            "@reboot",
            "@reboot must be 5 fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
        ),
        (
            "@daily x",
            "@daily x must be 5 fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
        ),
    ])
    func `another expression is refused with its field and what the field takes`(_ row: (cron: String, reason: String))
    {
        let error = #expect(throws: InvalidInput.self) { try CronExpression(row.cron) }
        #expect(error == InvalidInput("cron", row.reason))
    }

    @Test func `lists of all numbers of all fields fit`() throws {
        let fields = CronField.allCases.map { $0.range.map(String.init).joined(separator: ",") }
        let rule = try Moments.rule(fields.joined(separator: " "))
        #expect(try Moments.next(rule, after: "2026-11-30T04:45:07Z", count: 1) == ["2026-11-30T04:46:00Z"])
    }

    /// Against the plainest reading of the fields, minute by minute.
    @Test(arguments: ["*/7 3-5 * * *", "0 0 */3 * 1-5", "13 */6 1,15 2,12 SUN", "59 23 28-31 */3 */2", "* 0 31 * 6"])
    func `the search finds each minute that the fields choose, and no other`(_ text: String) throws {
        let cron = try CronExpression(text)
        let first = Int(try Moments.at("2027-12-25").microseconds / 1_000_000)
        let end = first + 80 * 86_400
        var chosen: [Int] = []
        for minute in stride(from: first, to: end, by: 60) where Self.isChosen(minute, cron) { chosen.append(minute) }
        var (found, at) = ([Int](), first)
        while let next = cron.next(from: at, before: end) {
            found.append(next)
            at = next + 1
        }
        #expect(found == chosen && !found.isEmpty)
    }

    private static func isChosen(_ second: Int, _ cron: CronExpression) -> Bool {
        let (day, minute) = (second / 86_400, second % 86_400 / 60)
        let date = CalendarDate(day: day)
        let byDay = cron.days.days >> UInt64(date.day) & 1 == 1
        let weekday = UInt64((day + 4) % 7)
        let byWeekday = (cron.days.weekdays >> weekday | (weekday == 0 ? cron.days.weekdays >> 7 : 0)) & 1 == 1
        return cron.minutes >> UInt64(minute % 60) & 1 == 1 && cron.hours >> UInt64(minute / 60) & 1 == 1
            && cron.days.months >> UInt64(date.month) & 1 == 1
            && (cron.days.needsBoth ? byDay && byWeekday : byDay || byWeekday)
    }
}
