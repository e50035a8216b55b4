import IXStore
import Testing

@testable import IXEngine

/// When a sweep may take a lease for ended.
struct LeaseClockTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// A lease of 30 s, renewed every 10 s, as by default; the store's clock stands at 1000 at the start.
    private func made() -> LeaseClock { LeaseClock(lease: .seconds(30), heartbeat: .seconds(10), at: start) }

    private func hear(_ clock: inout LeaseClock, _ seconds: Double, offset: Double = 0, took: Double = 0.01) -> Double?
    {
        clock.heard(1000 + seconds + offset, asked: at(seconds), answered: at(seconds + took))
    }

    @Test func `at first no daemon counts as dead but those declared gone`() {
        var clock = made()
        #expect(clock.leases(at: at(0)) == .ended)
        _ = hear(&clock, 1)
        #expect(clock.leases(at: at(1.5)) == .ended)
    }

    @Test func `after the time of a heartbeat leases are judged by the clock as last heard`() {
        var clock = made()
        for second in [1.0, 10, 20] { #expect(hear(&clock, second) == nil) }
        guard case .runOutBefore(let moment) = clock.leases(at: at(25)) else { return #expect(Bool(false)) }
        #expect(abs(moment - 1025) < 0.1)
    }

    @Test(arguments: [40.0, -30, 3600, -86_400, 2.5])
    func `a jump is told of by its size, and gives all the time to renew`(_ jump: Double) {
        var clock = made()
        for second in [1.0, 10, 20] { _ = hear(&clock, second) }
        let told = hear(&clock, 30, offset: jump)
        #expect(told.map { abs($0 - jump) < 0.2 } == true)
        #expect(clock.leases(at: at(31)) == .ended && clock.leases(at: at(41)) == .ended)
        #expect(hear(&clock, 40, offset: jump) == nil)
        #expect(clock.leases(at: at(43)) != .ended)
    }

    @Test func `before the jump is heard of no lease is judged by it`() {
        var clock = made()
        for second in [1.0, 10, 20] { _ = hear(&clock, second) }
        guard case .runOutBefore(let moment) = clock.leases(at: at(29)) else { return #expect(Bool(false)) }
        #expect(moment < 1030)
    }

    @Test func `a clock that is set gently and a slow answer are no jumps`() {
        var clock = made()
        _ = hear(&clock, 1)
        #expect(hear(&clock, 10, offset: 1.5) == nil)
        #expect(hear(&clock, 20, offset: 6, took: 8) == nil)
    }

    @Test func `an outage ends no lease: those who return get the time to renew`() {
        var clock = made()
        for second in [1.0, 10, 20] { _ = hear(&clock, second) }
        #expect(clock.leases(at: at(36)) == .ended)
        #expect(hear(&clock, 60) == nil)
        #expect(clock.leases(at: at(61)) == .ended)
        _ = hear(&clock, 70)
        #expect(clock.leases(at: at(73)) != .ended)
    }

    @Test func `nor does an outage that began before the first answer`() {
        var clock = made()
        #expect(hear(&clock, 60) == nil)
        #expect(clock.leases(at: at(61)) == .ended)
        _ = hear(&clock, 70)
        #expect(clock.leases(at: at(73)) != .ended)
    }
}
