import Testing

@testable import IXHistory

/// The checker sees what it is for: a good history passes, and each single fault in it is named.
@Suite struct HistoryCheckTests {
    @Test func `a good history breaks no promise`() {
        let check = HistoryCheck(GoodHistory.make)
        #expect(check.violations.isEmpty)
        let figures = check.figures
        #expect(figures.jobs == 6 && figures.ended == 6 && figures.acknowledged == 6 && figures.lost == 0)
        #expect(figures.done == 2 && figures.cancelled == 2 && figures.exhausted == 1)
        #expect(figures.repeatedDeliveries == 1 && figures.recoveries.count == 1)
        #expect(figures.starts.sorted() == [0, 1, 1, 1, 1, 2])
    }

    @Test(arguments: Mutation.all)
    func `each single fault is reported as what it is`(_ mutation: Mutation) {
        var history = GoodHistory.make
        mutation.apply(&history)
        let found = HistoryCheck(history).violations
        #expect(found.contains { $0.kind == mutation.expected }, "\(found)")
    }

    @Test func `every kind of violation has a mutation`() {
        #expect(Set(Mutation.all.map(\.expected)) == Set(Violation.Kind.allCases))
    }

    @Test func `what an asynchronous standby may forget is a figure, not a violation`() {
        var history = GoodHistory.make
        history.events.removeAll { $0.jobID == "a" }
        history.mayForget = true
        let check = HistoryCheck(history)
        #expect(check.violations.isEmpty && check.figures.lost == 1)
    }
}
