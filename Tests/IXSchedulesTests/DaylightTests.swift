import IXCore
import Testing

@testable import IXSchedules

/// Changes of the clock, worked out by hand: a local time that doesn't exist fires once, when the gap ends; one that
/// exists twice fires the first time; with `*` in the hour, by elapsed time.
@Suite struct DaylightTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let zone, cron, after: String
        let moments: [String]

        init(_ zone: String, _ cron: String, after: String, _ moments: [String]) {
            (self.zone, self.cron, self.after, self.moments) = (zone, cron, after, moments)
        }

        var testDescription: String { "\(zone) \(cron) after \(after)" }
    }

    @Test(arguments: gaps) func `a local time that a change skips fires once, when the gap ends`(_ row: Case) throws {
        try check(row)
    }

    @Test(arguments: overlaps) func `a local time that comes twice fires the first time`(_ row: Case) throws {
        try check(row)
    }

    @Test(arguments: elapsed) func `with a star in the hour the moments follow elapsed time`(_ row: Case) throws {
        try check(row)
    }

    private func check(_ row: Case) throws {
        let rule = try Moments.rule(row.cron, row.zone)
        #expect(try Moments.next(rule, after: row.after, count: row.moments.count) == row.moments.map { "\($0):00Z" })
    }

    private static let gaps = [
        // 29 March 2026, 02:00 to 03:00.
        Case("Europe/Berlin", "30 2 * * *", after: "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        Case(
            "Europe/Berlin", "0,15,30,45 2 * * *", after: "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]),
        Case(
            "Europe/Berlin", "0 2,3 * * *", after: "2026-03-28T12:00Z",
            ["2026-03-29T01:00", "2026-03-30T00:00", "2026-03-30T01:00"]),
        Case(
            "Europe/Berlin", "30 2,3 * * *", after: "2026-03-28T12:00Z",
            ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-30T00:30"]),
        Case(
            "Europe/Berlin", "* 2 * * *", after: "2026-03-28T12:00Z",
            ["2026-03-29T01:00", "2026-03-30T00:00", "2026-03-30T00:01"]),
        Case(
            "Europe/Berlin", "*/20 1-3 * * *", after: "2026-03-28T23:59Z",
            [
                "2026-03-29T00:00", "2026-03-29T00:20", "2026-03-29T00:40", "2026-03-29T01:00", "2026-03-29T01:20",
                "2026-03-29T01:40", "2026-03-29T23:00",
            ]),
        // From the middle of the gap's moments on.
        Case("Europe/Berlin", "30 2 * * *", after: "2026-03-29T01:00Z", ["2026-03-30T00:30"]),
        Case("Europe/Berlin", "30 2 * * *", after: "2026-03-29T00:59:59.999999Z", ["2026-03-29T01:00"]),
        Case("Europe/Berlin", "30 2 29 3 *", after: "2026-03-28T12:00Z", ["2026-03-29T01:00", "2027-03-29T00:30"]),
        // By the rule behind the listed changes.
        Case("Europe/Berlin", "30 2 * * *", after: "2099-03-28T12:00Z", ["2099-03-29T01:00", "2099-03-30T00:30"]),
        Case("America/New_York", "30 2 * * *", after: "2026-03-07T12:00Z", ["2026-03-08T07:00", "2026-03-09T06:30"]),
        // Half an hour, 02:00 to 02:30.
        Case(
            "Australia/Lord_Howe", "15 2 * * *", after: "2026-10-03T00:00Z", ["2026-10-03T15:30", "2026-10-04T15:15"]),
        Case(
            "Australia/Lord_Howe", "15,30,45 2 * * *", after: "2026-10-03T00:00Z",
            ["2026-10-03T15:30", "2026-10-03T15:45"]),
        // The end of Ramadan.
        Case("Africa/Casablanca", "30 2 * * *", after: "2026-03-21T12:00Z", ["2026-03-22T02:00", "2026-03-23T01:30"]),
        // 30 December 2011, a Friday, never was.
        Case(
            "Pacific/Apia", "0 12 * * *", after: "2011-12-29T00:00Z",
            ["2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"]),
        Case("Pacific/Apia", "0 12 30 12 *", after: "2011-12-01T00:00Z", ["2011-12-30T10:00", "2012-12-29T22:00"]),
        Case("Pacific/Apia", "0 12 * * FRI", after: "2011-12-29T00:00Z", ["2011-12-30T10:00", "2012-01-05T22:00"]),
        Case("Pacific/Apia", "0 0 * * *", after: "2011-12-29T12:00Z", ["2011-12-30T10:00", "2011-12-31T10:00"]),
        // A quarter of an hour at New Year.
        Case("Asia/Kathmandu", "0 0 1 1 *", after: "1985-12-01T00:00Z", ["1985-12-31T18:30", "1986-12-31T18:15"]),
        Case("Asia/Kathmandu", "45 5 * * *", after: "2026-05-31T12:00Z", ["2026-06-01T00:00"]),
        // Two hours, 01:00 to 03:00.
        Case("Antarctica/Troll", "30 1,2 * * *", after: "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-29T23:30"]),
        Case("Antarctica/Troll", "0 1-3 * * *", after: "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-29T23:00"]),
        // At midnight.
        Case("America/Santiago", "30 0 * * *", after: "2026-09-05T12:00Z", ["2026-09-06T04:00", "2026-09-07T03:30"]),
    ]

    private static let overlaps = [
        // 25 October 2026, 02:00 to 03:00.
        Case("Europe/Berlin", "30 2 * * *", after: "2026-10-24T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        Case("Europe/Berlin", "30 2 * * *", after: "2026-10-25T00:30Z", ["2026-10-26T01:30"]),
        Case("Europe/Berlin", "30 2 * * *", after: "2026-10-25T01:15Z", ["2026-10-26T01:30"]),
        Case(
            "Europe/Berlin", "0 2,3 * * *", after: "2026-10-24T12:00Z",
            ["2026-10-25T00:00", "2026-10-25T02:00", "2026-10-26T01:00"]),
        Case(
            "Europe/Berlin", "*/30 0-4 * * *", after: "2026-10-25T00:00Z",
            ["2026-10-25T00:30", "2026-10-25T02:00", "2026-10-25T02:30"]),
        Case("Europe/Berlin", "30 2 * * *", after: "2099-10-24T12:00Z", ["2099-10-25T00:30", "2099-10-26T01:30"]),
        Case("America/New_York", "30 1 * * *", after: "2026-10-31T12:00Z", ["2026-11-01T05:30", "2026-11-02T06:30"]),
        Case(
            "Australia/Lord_Howe", "45 1 * * *", after: "2026-04-04T00:00Z", ["2026-04-04T14:45", "2026-04-05T15:15"]),
        Case("Africa/Casablanca", "30 2 * * *", after: "2026-02-14T12:00Z", ["2026-02-15T01:30", "2026-02-16T02:30"]),
        Case("Antarctica/Troll", "30 1 * * *", after: "2026-10-24T12:00Z", ["2026-10-24T23:30", "2026-10-26T01:30"]),
        Case("America/Santiago", "30 23 * * *", after: "2026-04-04T12:00Z", ["2026-04-05T02:30", "2026-04-06T03:30"]),
    ]

    private static let elapsed = [
        Case("Europe/Berlin", "30 * * * *", after: "2026-03-28T23:45Z", ["2026-03-29T00:30", "2026-03-29T01:30"]),
        Case("Europe/Berlin", "0 */2 * * *", after: "2026-03-28T23:00Z", ["2026-03-29T02:00", "2026-03-29T04:00"]),
        Case(
            "Europe/Berlin", "30 * * * *", after: "2026-10-25T00:00Z",
            ["2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"]),
        Case(
            "Europe/Berlin", "0 */2 * * *", after: "2026-10-24T22:00Z",
            ["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T03:00"]),
        Case(
            "Australia/Lord_Howe", "45 * * * *", after: "2026-04-04T14:00Z",
            ["2026-04-04T14:45", "2026-04-04T15:15", "2026-04-04T16:15"]),
        Case("Australia/Lord_Howe", "15 * * * *", after: "2026-10-03T15:00Z", ["2026-10-03T16:15"]),
        Case(
            "Pacific/Apia", "0 * * * *", after: "2011-12-30T08:30Z",
            ["2011-12-30T09:00", "2011-12-30T10:00", "2011-12-30T11:00"]),
        Case("Pacific/Apia", "0 * 30 * *", after: "2011-12-29T12:00Z", ["2012-01-29T10:00"]),
        Case("Asia/Kathmandu", "0 * * * *", after: "1985-12-31T17:45Z", ["1985-12-31T19:15"]),
        Case(
            "Antarctica/Troll", "30 * * * *", after: "2026-10-24T23:00Z",
            ["2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30"]),
        Case("Antarctica/Troll", "0 * * * *", after: "2026-03-29T00:30Z", ["2026-03-29T01:00", "2026-03-29T02:00"]),
    ]
}
