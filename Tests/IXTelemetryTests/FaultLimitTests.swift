import Testing

@testable import IXTelemetry

struct FaultLimitTests {
    private let start = ContinuousClock.now

    @Test func `a fault that repeats itself is let through twenty times, then counted`() {
        let limit = FaultLimit()
        let decisions = (0..<50).map { _ in limit.admit("callback_failed", now: start) }
        #expect(decisions.prefix(20).allSatisfy { $0 == .pass(dropped: 0) })
        #expect(decisions.suffix(30).allSatisfy { $0 == .drop })
    }

    @Test func `a second later one more passes and says how many were left out`() {
        let limit = FaultLimit()
        for _ in 0..<50 { _ = limit.admit("callback_failed", now: start) }
        #expect(limit.admit("callback_failed", now: start + .milliseconds(1100)) == .pass(dropped: 30))
        #expect(limit.admit("callback_failed", now: start + .milliseconds(1200)) == .drop)
    }

    @Test func `one kind of fault never silences another`() {
        let limit = FaultLimit()
        for _ in 0..<50 { _ = limit.admit("callback_failed", now: start) }
        #expect(limit.admit("job_fenced", now: start) == .pass(dropped: 0))
    }

    @Test func `foreign messages without end don't grow it without end`() {
        let limit = FaultLimit()
        for number in 0..<10_000 { #expect(limit.admit("message \(number)", now: start) == .pass(dropped: 0)) }
    }
}
