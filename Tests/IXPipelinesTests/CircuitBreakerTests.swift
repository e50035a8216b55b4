import Testing

@testable import IXPipelines

@Suite struct CircuitBreakerTests {
    private let now = ContinuousClock.now

    private func broken(_ faults: Int = 5) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<faults { _ = breaker.note(.fault("x"), at: now) }
        return breaker
    }

    @Test func `it opens at the fifth fault in a row, not before`() {
        var breaker = broken(4)
        #expect(breaker.isClosed && breaker.limit(at: now) == nil)
        #expect(breaker.note(.fault("boom"), at: now) == .opened(reason: "boom", pause: .seconds(5)))
        #expect(breaker.reason == "boom" && breaker.limit(at: now) == 0)
    }

    @Test func `a job that goes well starts the count anew, one that we stopped doesn't`() {
        var breaker = broken(4)
        #expect(breaker.note(.well, at: now) == nil)
        for _ in 0..<4 { #expect(breaker.note(.fault("x"), at: now) == nil) }
        #expect(breaker.note(.nothing, at: now) == nil)
        #expect(breaker.note(.fault("x"), at: now) != nil)
    }

    @Test func `a pipeline that asks for no jobs gets none for so long, up to an hour, and then one`() {
        var breaker = CircuitBreaker()
        let opened = breaker.note(.held("status 429", for: .seconds(30)), at: now)
        #expect(opened == .opened(reason: "status 429", pause: .seconds(30)))
        #expect(breaker.note(.well, at: now + .seconds(5)) == nil, "a job that ran already")
        #expect(breaker.note(.held("status 429", for: .seconds(10)), at: now + .seconds(5)) == nil, "no shorter")
        #expect(breaker.limit(at: now + .seconds(29)) == 0 && breaker.limit(at: now + .seconds(30)) == 1)
        #expect(breaker.note(.well, at: now + .seconds(31)) == .closed)
        _ = breaker.note(.held("status 503", for: .seconds(86_400)), at: now)
        #expect(breaker.limit(at: now + .seconds(3600)) == 1)
    }

    @Test func `after the pause one job is tried, and closes it`() {
        var breaker = broken()
        #expect(breaker.limit(at: now + .seconds(4.9)) == 0)
        #expect(breaker.limit(at: now + .seconds(5)) == 1)
        #expect(breaker.note(.well, at: now + .seconds(6)) == .closed)
        #expect(breaker.isClosed && breaker.limit(at: now) == nil)
    }

    @Test func `each failed try doubles the pause, up to five minutes`() {
        var breaker = broken()
        var at = now
        var pauses: [Duration] = []
        for _ in 0..<8 {
            at += .seconds(400)
            guard case .opened(_, let pause) = breaker.note(.fault("x"), at: at) else { continue }
            pauses.append(pause)
        }
        #expect(pauses.prefix(4) == [.seconds(10), .seconds(20), .seconds(40), .seconds(80)])
        #expect(pauses.last == .seconds(300))
    }

    @Test func `what was under way when it opened doesn't prolong it`() {
        var breaker = broken()
        #expect(breaker.note(.fault("late"), at: now + .seconds(1)) == nil)
        #expect(breaker.limit(at: now + .seconds(5)) == 1)
    }

    @Test func `switched off, it still grows pauses for what can't be started, until something starts`() {
        var breaker = CircuitBreaker(.init(failures: 0))
        var (at, pauses) = (now, [Duration]())
        for _ in 0..<4 { #expect(breaker.note(.unstarted("no program"), at: at) == nil) }
        for _ in 0..<3 {
            guard case .opened(_, let pause) = breaker.note(.unstarted("no program"), at: at) else { continue }
            pauses.append(pause)
            at += pause
        }
        #expect(pauses == [.seconds(5), .seconds(10), .seconds(20)] && breaker.reason == "no program")
        #expect(breaker.note(.fault("crashed"), at: at) == .closed)
    }

    @Test func `switched on, what can't be started counts like what fails`() {
        var breaker = broken(4)
        #expect(breaker.note(.unstarted("no program"), at: now) != nil)
    }

    @Test func `it can be switched off`() {
        var breaker = CircuitBreaker(.init(failures: 0))
        for _ in 0..<50 { #expect(breaker.note(.fault("x"), at: now) == nil) }
        #expect(breaker.isClosed)
    }
}
