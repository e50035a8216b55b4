import IXCore
import Testing

@testable import IXSchedules

/// Starts, ends, distances, missed moments, and what a search costs.
@Suite(.timeLimit(.minutes(2))) struct ScheduleRuleTests {
    @Test func `every counts from its start, else from 1970`() throws {
        let plain = try ScheduleRule.read(cron: nil, every: 90)
        #expect(
            try Moments.next(plain, after: "1970-01-01T00:00Z", count: 2) == [
                "1970-01-01T00:01:30Z", "1970-01-01T00:03:00Z",
            ])
        #expect(try Moments.next(plain, after: "1969-12-31T00:00Z", count: 1) == ["1970-01-01T00:00:00Z"])
        #expect(try Moments.next(plain, after: "2026-11-30T04:45:07Z", count: 1) == ["2026-11-30T04:46:30Z"])
        let start = try Moments.at("2026-11-30T04:45:07.25Z")
        let started = try ScheduleRule.read(cron: nil, every: 60, startsAt: start)
        #expect(started.next(after: Timestamp(microseconds: 0)) == start)
        #expect(started.next(after: start) == start + .seconds(60))
        #expect(started.next(after: start + .seconds(59)) == start + .seconds(60))
        #expect(started.next(after: start + .seconds(3600)) == start + .seconds(3660))
    }

    @Test(arguments: [0, -1, 0.5, 1.5, 315_360_001, .nan, .infinity, 1e300])
    func `every takes whole seconds within limits`(
        _ seconds: Double
    ) {
        let error = #expect(throws: InvalidInput.self) { try ScheduleRule.read(cron: nil, every: seconds) }
        #expect(error == InvalidInput("every_seconds", "must be whole seconds from 1 to 315360000"))
    }

    @Test func `a rule has cron or every, a known zone, and a start before its end`() throws {
        func refusal(_ body: () throws -> ScheduleRule) -> String? {
            do { return try body().startsAt?.text } catch { return "\(error)" }
        }
        let (early, late) = (try Moments.at("2026-01-01"), try Moments.at("2026-01-02"))
        #expect(
            refusal { try .read(cron: nil, every: nil) } == "cron: is missing; a schedule has cron or every_seconds")
        #expect(
            refusal { try .read(cron: "@daily", every: 1) }
                == "every_seconds: is given beside cron; a schedule has one of both"
        )
        #expect(
            refusal { try .read(cron: "@daily", every: nil, startsAt: late, endsAt: early) }
                == "ends_at: is before starts_at")
        #expect(
            refusal { try .read(cron: nil, every: 1, timeZone: "Europe/Berlim") }
                == "time_zone: Europe/Berlim is unknown in /usr/share/zoneinfo; did you mean Europe/Berlin?")
    }

    @Test func `no moment lies before the start or after the end, and both belong to the schedule`() throws {
        let (start, end) = (try Moments.at("2026-12-01T06:00Z"), try Moments.at("2026-12-03T06:00Z"))
        let rule = try ScheduleRule.read(cron: "0 6 * * *", every: nil, startsAt: start, endsAt: end)
        #expect(
            try Moments.next(rule, after: "2020-01-01", count: 9)
                == ["2026-12-01T06:00:00Z", "2026-12-02T06:00:00Z", "2026-12-03T06:00:00Z"])
        #expect(rule.next(after: end) == nil)
        #expect(rule.newestMissed(after: .earliest, upTo: .latest) == end)
    }

    @Test func `the newest missed moment is the last until now, and none when none was missed`() throws {
        let rule = try Moments.rule("30 2 * * *", "Europe/Berlin")
        func newest(_ after: String, _ end: String) throws -> String? {
            rule.newestMissed(after: try Moments.at(after), upTo: try Moments.at(end))?.text
        }
        #expect(try newest("2026-03-01", "2026-03-29T00:59:59Z") == "2026-03-28T01:30:00.000000Z")
        #expect(try newest("2026-03-01", "2026-03-29T01:00Z") == "2026-03-29T01:00:00.000000Z")
        #expect(try newest("2026-03-29T01:00Z", "2026-03-30T00:29Z") == nil)
        #expect(try newest("2026-03-29T01:00Z", "2026-03-29T01:00Z") == nil)
        #expect(try newest("2026-03-29T01:00Z", "2026-03-01T01:00Z") == nil)
        #expect(try newest("2026-03-29T01:00Z", "2026-03-30T00:30Z") == "2026-03-30T00:30:00.000000Z")
    }

    /// Against a walk over all moments.
    @Test(arguments: ["* * * * *", "*/7 3 * * *", "0 0 1 1 *", "15 */5 29 2 *"]) func `it is the last of a walk`(
        _ cron: String
    ) throws {
        let rule = try Moments.rule(cron, "America/New_York")
        let start = try Moments.at("2023-11-04T20:00Z")
        for distance in [1, 59, 60, 3_601, 86_400 * 2 + 5, cron == "* * * * *" ? 90_000 : 86_400 * 1_500] {
            let end = start + .seconds(distance)
            var (last, at): (Timestamp?, Timestamp) = (nil, start)
            while let next = rule.next(after: at), next <= end { (last, at) = (next, next) }
            #expect(rule.newestMissed(after: start, upTo: end) == last)
        }
    }

    static let rare = [
        ("0 0 29 2 */7", "2026-01-01", "2032-02-29"), ("0 0 29 2 */7", "2032-03-01", "2060-02-29"),
        ("0 0 29 2 */7", "2088-03-01", "2128-02-29"), ("0 0 29 2 *", "2096-03-01", "2104-02-29"),
        ("0 0 29 2 1", "2026-02-24", "2027-02-01"), ("0 0 31 12 *", "2026-12-31", "2027-12-31"),
    ]

    @Test(arguments: rare) func `an expression that fires once in decades is found`(
        _ row: (cron: String, after: String, found: String)
    ) throws {
        #expect(try Moments.next(try Moments.rule(row.cron), after: row.after, count: 1) == ["\(row.found)T00:00:00Z"])
    }

    /// No search walks over minutes: a hundred thousand would take minutes, these take seconds of a debug build.
    @Test(arguments: ["UTC", "Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe"])
    func `no expression makes a search long`(_ zone: String) throws {
        let moments = try ["2026-11-30", "2088-03-01", "0001-01-01", "9990-01-01", "9999-12-31T23:59:59Z"].map(
            Moments.at)
        for text in Self.rare.map(\.0) + ["0 * 29 2 */7", "* * 29 2 */7", "59 23 31 12 *", "* * * * *", "0 0 1 1 */7"] {
            let rule = try Moments.rule(text, zone)
            for _ in 0..<20 {
                for moment in moments {
                    if let next = rule.next(after: moment) { #expect(next > moment) }
                }
            }
            #expect(rule.newestMissed(after: moments[2], upTo: moments[0]) != nil)
        }
    }

    @Test func `a schedule ends with the calendar`() throws {
        let latest = try Moments.at("9999-12-31T23:59:00Z")
        for zone in ["UTC", "Asia/Kathmandu", "America/New_York"] {
            #expect(try Moments.rule("* * * * *", zone).next(after: latest) == nil)
            #expect(try Moments.rule("59 23 31 12 *", zone).next(after: latest) == nil)
        }
        #expect(try ScheduleRule.read(cron: nil, every: 315_360_000).next(after: latest) == nil)
    }
}
