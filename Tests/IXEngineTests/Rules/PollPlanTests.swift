import Testing

@testable import IXEngine

/// What a round of the poll is.
@Suite struct PollPlanTests {
    private static let start = ContinuousClock.now
    private static let poll = Duration.seconds(60)

    @Test func `what was asked for is asked for once, and again after a look that failed`() {
        var plan = PollPlan(lastPoll: Self.start)
        plan.ask()
        let asked = plan.next(every: Self.poll, at: Self.start)
        #expect(asked.wasAsked && asked.isPoll)
        plan.failed(asked)
        let again = plan.next(every: Self.poll, at: Self.start)
        #expect(again == asked)
        let after = plan.next(every: Self.poll, at: Self.start)
        #expect(!after.wasAsked && !after.isPoll)
        plan.failed(after)
        #expect(plan.next(every: Self.poll, at: Self.start) == after)
    }

    @Test func `what is asked for during a look outlasts the look`() {
        var plan = PollPlan(lastPoll: Self.start)
        _ = plan.next(every: Self.poll, at: Self.start)
        plan.ask()
        plan.polled(at: Self.start)
        #expect(plan.next(every: Self.poll, at: Self.start).wasAsked)
    }

    @Test func `a poll is due by the interval, whose rounds may come a tenth early, until the store answered one`() {
        var plan = PollPlan(lastPoll: Self.start)
        #expect(!plan.next(every: Self.poll, at: Self.start + .seconds(53)).isPoll)
        let due = plan.next(every: Self.poll, at: Self.start + .seconds(54))
        #expect(due.isPoll && !due.wasAsked)
        plan.failed(due)
        #expect(plan.next(every: Self.poll, at: Self.start + .seconds(55)).isPoll)
        plan.polled(at: Self.start + .seconds(55))
        #expect(!plan.next(every: Self.poll, at: Self.start + .seconds(56)).isPoll)
        #expect(plan.next(every: PollPlan.longest, at: Self.start + .seconds(56)).isPoll)
    }

    @Test(arguments: [
        (true, true, true, true), (true, true, false, true), (false, true, true, true), (false, true, false, false),
        (false, false, true, false), (false, false, false, false),
    ])
    func `a look scans from the start when it was asked for, and as a poll while a worker is idle`(
        _ row: (wasAsked: Bool, isPoll: Bool, hasIdle: Bool, isWhole: Bool)
    ) {
        let round = PollPlan.Round(wasAsked: row.wasAsked, isPoll: row.isPoll)
        #expect(round.looksWhole(hasIdle: row.hasIdle) == row.isWhole)
    }
}
