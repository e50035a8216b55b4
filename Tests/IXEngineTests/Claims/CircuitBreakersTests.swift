import IXCore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// The breakers of all pipelines; the rules of a single breaker are CircuitBreakerTests.
@Suite struct CircuitBreakersTests {
    private static let settings = CircuitBreaker.Settings(failures: 1, pause: .seconds(10), longest: .seconds(10))
    private let now = ContinuousClock.now

    private func made(_ names: Set<String>) -> CircuitBreakers {
        var breakers = CircuitBreakers()
        breakers.apply(Self.all(names), keeping: names)
        return breakers
    }

    private static func all(_ names: Set<String>) -> [String: CircuitBreaker.Settings] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, settings) })
    }

    @Test func `a fault limits the pipeline that had the fault alone`() {
        var breakers = made(["a", "b"])
        #expect(breakers.areFaultless && breakers.open == [])
        let change = breakers.note(.fault("x"), of: "a", at: now, wall: .earliest)
        #expect(change == .opened(reason: "x", pause: .seconds(10)))
        #expect(breakers.limit(of: "a", at: now) == 0 && breakers.limit(of: "b", at: now) == nil)
        #expect(breakers.limit(of: "a", at: now + .seconds(11)) == 1)
        #expect(!breakers.areFaultless && breakers.open == [OpenBreaker(pipeline: "a", reason: "x", since: .earliest)])
    }

    @Test func `a failed probe leaves the time of the opening, and a breaker that opens again has a new time`() {
        var breakers = made(["a"])
        func note(_ verdict: CircuitBreaker.Verdict, _ seconds: Int64) -> Timestamp? {
            let wall = Timestamp(microseconds: seconds * 1_000_000)
            _ = breakers.note(verdict, of: "a", at: now + .seconds(seconds), wall: wall)
            return breakers.open.first?.since
        }
        let first = note(.fault("x"), 0)
        #expect(first == Timestamp(microseconds: 0) && note(.fault("y"), 100) == first)
        #expect(note(.well, 1_000) == nil)
        #expect(note(.fault("z"), 2_000) == Timestamp(microseconds: 2_000_000_000))
    }

    @Test func `open breakers come in the order of their pipelines`() {
        var breakers = made(["c", "a", "b"])
        for name in ["c", "a", "b"] { _ = breakers.note(.fault(name), of: name, at: now) }
        #expect(breakers.open.map(\.pipeline) == ["a", "b", "c"])
    }

    @Test func `a reload closes every breaker, and forgets those of pipelines that are gone`() {
        var breakers = made(["a", "b"])
        for name in ["a", "b"] { _ = breakers.note(.fault("x"), of: name, at: now) }
        breakers.apply(Self.all(["a"]), keeping: ["a", "b"])
        #expect(breakers.open.map(\.pipeline) == ["b"], "its jobs still run")
        breakers.apply(Self.all(["a"]), keeping: ["a"])
        #expect(breakers.open == [] && breakers.areFaultless)
    }

    @Test func `a pipeline without a breaker has no limit and changes nothing`() {
        var breakers = made([])
        let change = breakers.note(.fault("x"), of: "gone", at: now)
        #expect(change == nil)
        #expect(breakers.limit(of: "gone", at: now) == nil && breakers.areFaultless)
    }

    @Test(
        arguments: [(.well, false), (.nothing, false), (.fault("x"), true), (.unstarted("x"), true)]
            as [(CircuitBreaker.Verdict, Bool)])
    func `faults and starts that fail count against a pipeline`(_ row: (verdict: CircuitBreaker.Verdict, counts: Bool))
    {
        #expect(row.verdict.isFault == row.counts)
    }
}
