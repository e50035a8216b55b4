import Testing

@testable import IXCallbacks

@Suite struct EndpointsTests {
    private let start = ContinuousClock.now

    private func endpoints() -> Endpoints { Endpoints(slots: 4, failuresUntilOpen: 5, pause: .seconds(60)) }

    @Test func `an endpoint takes four at a time, the others are not touched by it`() {
        var all = endpoints()
        for _ in 0..<4 { all.began("a", at: start) }
        #expect(all.free(at: start) == ["a": 0])
        _ = all.ended("a", .well, at: start)
        #expect(all.free(at: start) == ["a": 1])
    }

    @Test func `after five failures in a row it takes nothing for a minute, then one`() {
        var all = endpoints()
        var changes: [Endpoints.Transition?] = []
        for _ in 0..<5 {
            all.began("a", at: start)
            changes.append(all.ended("a", .fault("it broke"), at: start))
        }
        #expect(changes == [nil, nil, nil, nil, .opened("it broke")])
        #expect(all.free(at: start + .seconds(59)) == ["a": 0] && all.open == ["a"])
        #expect(all.free(at: start + .seconds(60)) == ["a": 1])
        #expect(all.nextProbe(at: start + .seconds(20)) == .seconds(40))
        all.began("a", at: start)
        #expect(all.free(at: start + .seconds(60)) == ["a": 0] && all.nextProbe(at: start) == nil)
        #expect(all.ended("a", .fault("again"), at: start + .seconds(61)) == nil)
        #expect(all.free(at: start + .seconds(120)) == ["a": 0])
        all.began("a", at: start)
        #expect(all.ended("a", .well, at: start + .seconds(125)) == .closed)
        #expect(all.free(at: start + .seconds(125)).isEmpty && all.open.isEmpty)
    }

    @Test func `a success in between starts the count anew`() {
        var all = endpoints()
        for round in 0..<20 {
            all.began("a", at: start)
            #expect(all.ended("a", round % 4 == 3 ? .well : .fault("x"), at: start) == nil)
        }
    }

    @Test func `what says nothing of the endpoint changes nothing`() {
        var all = endpoints()
        for _ in 0..<10 {
            all.began("a", at: start)
            #expect(all.ended("a", .nothing, at: start) == nil)
        }
        #expect(all.free(at: start).isEmpty && all.inFlight == 0)
    }

    @Test func `an endpoint whose address is busy rests for a moment and isn't held to have failed`() {
        var all = endpoints()
        for _ in 0..<10 {
            all.began("a", at: start)
            #expect(all.ended("a", .crowded, at: start) == nil)
        }
        #expect(all.free(at: start + .milliseconds(900)) == ["a": 0])
        #expect(all.nextProbe(at: start + .milliseconds(400)) == .milliseconds(600))
        #expect(all.free(at: start + .seconds(1)).isEmpty && all.nextProbe(at: start + .seconds(1)) == nil)
    }

    @Test func `what is kept of endpoints is bounded, and those in use are never forgotten`() {
        var all = endpoints()
        all.began("used", at: start)
        for number in 0..<(Endpoints.limit * 3) {
            let now = start + .seconds(number)
            for _ in 0..<5 {
                all.began("dead \(number)", at: now)
                _ = all.ended("dead \(number)", .fault("it broke"), at: now)
            }
            if number % 500 == 0 { #expect(all.open.count <= Endpoints.limit) }
        }
        #expect(all.free(at: start)["used"] == 3 && all.open.count >= Endpoints.limit / 2)
        #expect(all.open.contains("dead \(Endpoints.limit * 3 - 1)") && !all.open.contains("dead 0"))
    }
}
