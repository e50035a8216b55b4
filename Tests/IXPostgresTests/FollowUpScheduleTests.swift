import IXStore
import Testing

@testable import IXPostgres

/// The polls after a notification of jobs.
@Suite struct FollowUpScheduleTests {
    private let start = ContinuousClock.now

    private func within(_ due: ContinuousClock.Instant?, _ milliseconds: ClosedRange<Int>) -> Bool {
        guard let due else { return false }
        return due >= start + .milliseconds(milliseconds.lowerBound)
            && due <= start + .milliseconds(milliseconds.upperBound)
    }

    @Test func `two polls follow a notification, then none`() throws {
        var schedule = FollowUpSchedule()
        #expect(schedule.due == nil)
        schedule.arrived(among: Neighbours(), at: start)
        #expect(within(schedule.due, 18...20))
        let poll1 = schedule.take(among: Neighbours(), at: start + .milliseconds(17))
        #expect(!poll1)
        let poll2 = schedule.take(among: Neighbours(), at: start + .milliseconds(20))
        #expect(poll2)
        #expect(within(schedule.due, 155...170))
        let poll3 = schedule.take(among: Neighbours(), at: start + .milliseconds(170))
        #expect(poll3)
        #expect(schedule.due == nil)
        let poll4 = schedule.take(among: Neighbours(), at: start + .seconds(9))
        #expect(!poll4)
    }

    @Test func `a notification before the first poll starts the series again, without a poll of its own`() {
        var schedule = FollowUpSchedule()
        for wait in [0, 5, 10] { schedule.arrived(among: Neighbours(), at: start + .milliseconds(wait)) }
        #expect(within(schedule.due, 18...20))
        let poll5 = schedule.take(among: Neighbours(), at: start + .milliseconds(20))
        #expect(poll5)
        #expect(within(schedule.due, 38...40))
        let poll6 = schedule.take(among: Neighbours(), at: start + .milliseconds(40))
        #expect(poll6)
        #expect(within(schedule.due, 175...190))
    }

    @Test func `a notification after the first poll brings the next one forward`() {
        var schedule = FollowUpSchedule()
        schedule.arrived(among: Neighbours(), at: start)
        let poll7 = schedule.take(among: Neighbours(), at: start + .milliseconds(20))
        #expect(poll7)
        schedule.arrived(among: Neighbours(), at: start + .milliseconds(30))
        #expect(within(schedule.due, 48...50))
    }

    @Test func `among neighbours a single poll follows, at the daemon's own time`() {
        var schedule = FollowUpSchedule()
        let three = Neighbours(count: 3, rank: 1)
        schedule.arrived(among: three, at: start)
        #expect(within(schedule.due, 10...108))
        let poll8 = schedule.take(among: three, at: start + .milliseconds(108))
        #expect(poll8)
        #expect(schedule.due == nil)
    }
}
