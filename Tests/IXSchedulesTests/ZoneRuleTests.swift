import IXCore
import Testing

@testable import IXSchedules

/// The rules in the last lines of zone files.
@Suite struct ZoneRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        /// The changes of a year: moment and the hours east of Greenwich behind it.
        let year: Int
        let changes: [String]

        init(_ rule: String, _ year: Int, _ changes: [String]) {
            (self.rule, self.year, self.changes) = (rule, year, changes)
        }

        var testDescription: String { "\(rule) in \(year)" }
    }

    @Test(arguments: [
        Case("UTC0", 2050, []), Case("<+0545>-5:45", 2050, []),
        Case("CET-1CEST,M3.5.0,M10.5.0/3", 2050, ["2050-03-27T01:00 7200", "2050-10-30T01:00 3600"]),
        Case("EST5EDT,M3.2.0,M11.1.0", 2050, ["2050-03-13T07:00 -14400", "2050-11-06T06:00 -18000"]),
        Case("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2050, ["2050-04-02T15:00 37800", "2050-10-01T15:30 39600"]),
        Case("<-04>4<-03>,M9.1.6/24,M4.1.6/24", 2050, ["2050-04-03T03:00 -14400", "2050-09-04T04:00 -10800"]),
        Case("EET-2EEST,M3.4.4/50,M10.4.4/50", 2050, ["2050-03-26T00:00 10800", "2050-10-28T23:00 7200"]),
        Case("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2050, ["2050-03-27T01:00 -3600", "2050-10-30T01:00 -7200"]),
        Case("IST-1GMT0,M10.5.0,M3.5.0/1", 2050, ["2050-03-27T01:00 3600", "2050-10-30T01:00 0"]),
        Case("AAA3BBB,J60,J300", 2048, ["2048-03-01T05:00 -7200", "2048-10-27T04:00 -10800"]),
        Case("AAA3BBB,60,300", 2048, ["2048-03-01T05:00 -7200", "2048-10-27T04:00 -10800"]),
        Case("AAA3BBB,60,300", 2049, ["2049-03-02T05:00 -7200", "2049-10-28T04:00 -10800"]),
        // Summer all year, which joins without a change.
        Case("EST5EDT,0/0,J365/25", 2050, []),
        Case("AAA0BBB,M2.5.1,M2.1.3", 2048, ["2048-02-05T01:00 0", "2048-02-24T02:00 3600"]),
    ])
    func `a rule changes the clock each year as POSIX says`(_ row: Case) throws {
        let rule = try #require(ZoneRuleReader.rule(row.rule.utf8))
        let end = try Moments.at("\(row.year + 1)-01-01").microseconds / 1_000_000
        var (at, changes) = (Int(try Moments.at("\(row.year)-01-01").microseconds / 1_000_000), [String]())
        while true {
            let segment = rule.segment(at: at)
            #expect(segment.start <= at && at < segment.end)
            guard segment.end < end else { break }
            at = segment.end
            let text = Timestamp(microseconds: Int64(at) * 1_000_000).text.prefix(16)
            changes.append("\(text) \(rule.segment(at: at).offset)")
        }
        #expect(changes == row.changes)
    }

    @Test(arguments: [
        "", "UT0", "UTC", "UTC25", "UTC0:60", "UTC0:0:60", "<UTC0", "<+1>1", "UTC0 ", "CET-1CEST", "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3,", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0/-168,M10.5.0", "CET-1CEST,99999999999999999999,1",
        "CET--1", "CET+-1", "CET-1CEST,M3.5.0,,M10.5.0", "\u{0}\u{0}\u{0}0",
    ])
    func `another text is no rule`(_ text: String) {
        #expect(ZoneRuleReader.rule(text.utf8) == nil)
    }
}
