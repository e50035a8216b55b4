import Testing

@testable import IXPostgres

@Suite struct DeadlineTests {
    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(-1)])
    func `a deadline that has passed leaves no time`(_ duration: Duration) {
        let deadline = Deadline(after: duration)
        #expect(deadline.isOver && deadline.milliseconds == 0)
    }

    @Test func `the time left is rounded up, so that a poll never ends before the deadline`() {
        let deadline = Deadline(after: .seconds(60))
        #expect(!deadline.isOver && deadline.milliseconds > 50_000 && deadline.milliseconds <= 60_001)
        let short = Deadline(after: .microseconds(900))
        #expect(short.milliseconds == 1 || short.isOver)
    }

    @Test func `a time beyond poll's range is the longest that poll takes`() {
        #expect(Deadline(after: .seconds(100 * 365 * 86_400)).milliseconds == .max)
    }

    @Test func `of two deadlines the earlier is less`() {
        #expect(Deadline(after: .seconds(1)) < Deadline(after: .seconds(2)))
    }
}
