import Testing

@testable import IXSQLite

@Suite struct FollowUpScheduleTests {
    @Test func `no look follows before a write`() {
        var schedule = FollowUpSchedule()
        #expect(!schedule.isOn)
        let pause = schedule.nextPause
        #expect(pause == nil)
    }

    @Test func `after a write the pauses double from 1 ms to 40 ms, and begin again with the next write`() {
        var schedule = FollowUpSchedule()
        for _ in 0..<2 {
            schedule.begin()
            #expect(schedule.isOn)
            let pauses = (0..<9).map { _ in schedule.nextPause }
            #expect(pauses == [1, 2, 4, 8, 16, 32, 40, 40, 40])
        }
    }
}
