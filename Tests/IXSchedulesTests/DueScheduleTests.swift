import IXCore
import Testing

@testable import IXSchedules

/// What a daemon does with a schedule, by its plan and the time.
@Suite struct DueScheduleTests {
    private static func schedule(
        _ next: String?, missed: DueSchedule.MissedPolicy = .last, within: Duration = .seconds(86_400)
    ) throws -> DueSchedule {
        var schedule = DueSchedule("nightly", version: 3)
        (schedule.cron, schedule.timeZone) = ("30 2 * * *", "Europe/Berlin")
        (schedule.missed, schedule.missedWithin) = (missed, within)
        schedule.nextAt = try next.map(Moments.at)
        return schedule
    }

    @Test func `a schedule without a plan gets the first moment after now`() throws {
        let now = try Moments.at("2026-03-28T12:00Z")
        #expect(try Self.schedule(nil).step(at: now) == .plan(try Moments.at("2026-03-29T01:00Z")))
    }

    @Test func `a moment fires when it has come, and not before`() throws {
        let schedule = try Self.schedule("2026-03-29T01:00Z")
        #expect(schedule.step(at: try Moments.at("2026-03-29T00:59:59.999999Z")) == .wait)
        let next = try Moments.at("2026-03-30T00:30Z")
        for time in ["2026-03-29T01:00Z", "2026-03-29T01:00:59Z", "2026-03-29T23:00Z"] {
            #expect(schedule.step(at: try Moments.at(time)) == .fire(next: next))
        }
    }

    @Test func `of missed moments the newest is planned, and then fires`() throws {
        var schedule = try Self.schedule("2026-03-29T01:00Z")
        let (now, newest) = (try Moments.at("2026-04-02T12:00Z"), try Moments.at("2026-04-02T00:30Z"))
        #expect(schedule.step(at: now) == .plan(newest))
        schedule.nextAt = newest
        #expect(schedule.step(at: now) == .fire(next: try Moments.at("2026-04-03T00:30Z")))
    }

    @Test func `a moment missed for longer than missed_within doesn't fire, and none does under skip`() throws {
        let now = try Moments.at("2026-03-29T03:00Z")
        let next = ScheduleStep.plan(try Moments.at("2026-03-30T00:30Z"))
        let planned = "2026-03-29T01:00Z"
        #expect(try Self.schedule(planned, within: .seconds(7_200)).step(at: now) != next)
        #expect(try Self.schedule(planned, within: .seconds(7_199)).step(at: now) == next)
        #expect(try Self.schedule(planned, missed: .skip).step(at: now) == next)
        let late = try Moments.at("2026-03-29T01:01Z")
        #expect(
            try Self.schedule(planned, missed: .skip).step(at: late) == .fire(next: try Moments.at("2026-03-30T00:30Z"))
        )
        #expect(
            try Self.schedule(planned, within: .zero).step(at: late) == .fire(next: try Moments.at("2026-03-30T00:30Z"))
        )
    }

    @Test func `after the last moment no other is planned`() throws {
        var schedule = try Self.schedule("2026-03-29T01:00Z")
        schedule.endsAt = try Moments.at("2026-03-29T12:00Z")
        #expect(schedule.step(at: try Moments.at("2026-03-29T01:00Z")) == .fire(next: nil))
        schedule.nextAt = nil
        #expect(schedule.step(at: try Moments.at("2026-03-29T01:00Z")) == .plan(nil))
    }

    @Test func `a rule that names no moment pauses the schedule, a zone that this host lacks leaves it to others`()
        throws
    {
        var schedule = try Self.schedule(nil)
        let now = try Moments.at("2026-03-29T12:00Z")
        #expect(
            schedule.step(at: now, folder: "/nonexistent")
                == .leave(reason: "the folder /nonexistent is missing; install the package tzdata"))
        schedule.timeZone = "Mars/Base"
        #expect(
            schedule.step(at: now) == .leave(reason: "time_zone: Mars/Base is unknown in /usr/share/zoneinfo"))
        (schedule.timeZone, schedule.cron) = ("UTC", "0 0 30 2 *")
        #expect(schedule.step(at: now) == .pause(reason: "cron: never fires: no month of 2 has a day 30"))
        (schedule.cron, schedule.everySeconds) = (nil, 0.5)
        #expect(schedule.step(at: now) == .pause(reason: "every_seconds: must be whole seconds from 1 to 315360000"))
    }

    @Test func `a planned moment that the zone no longer has fires all the same`() throws {
        let schedule = try Self.schedule("2026-06-10T00:17Z")
        let now = try Moments.at("2026-06-10T00:20Z")
        #expect(schedule.step(at: now) == .fire(next: try Moments.at("2026-06-10T00:30Z")))
    }
}
