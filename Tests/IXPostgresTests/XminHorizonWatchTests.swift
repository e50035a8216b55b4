import IXStore
import Testing

@testable import IXPostgres

@Suite struct XminHorizonWatchTests {
    private let start = ContinuousClock.now

    private func hold(_ id: String, _ seconds: Double? = nil) -> XminHorizonHold {
        XminHorizonHold(id: id, holder: "holder \(id)", transactions: 9, seconds: seconds)
    }

    private func look(
        _ watch: inout XminHorizonWatch, at seconds: Int, _ holds: XminHorizonHold...
    ) -> [XminHorizonWatch.Transition] {
        watch.transitions(holds, limit: .seconds(60), now: start + .seconds(seconds))
    }

    @Test func `a hold of unknown age counts from the first look, is told once, and so is its end`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a")) == [])
        #expect(look(&watch, at: 59, hold("a")) == [])
        #expect(look(&watch, at: 60, hold("a")) == [.held(hold("a"), .seconds(60))])
        #expect(look(&watch, at: 120, hold("a")) == [])
        #expect(look(&watch, at: 180) == [.free(holder: "holder a", .seconds(180))])
        #expect(look(&watch, at: 240) == [])
    }

    @Test func `a hold that is old when it is first seen is told at the second look`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a", 600)) == [])
        #expect(look(&watch, at: 1, hold("a", 601)) == [.held(hold("a", 601), .seconds(601))])
    }

    @Test func `holds that come and go within the limit are never told, not even their ends`() {
        var watch = XminHorizonWatch()
        for second in 0..<10 { #expect(look(&watch, at: second * 30, hold("\(second)")) == []) }
        #expect(look(&watch, at: 300) == [])
    }

    @Test func `each hold has a time of its own, and a later one with an equal id begins again`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a")) == [])
        #expect(look(&watch, at: 50, hold("a"), hold("b")) == [])
        #expect(look(&watch, at: 70, hold("a"), hold("b")) == [.held(hold("a"), .seconds(70))])
        #expect(look(&watch, at: 80, hold("b")) == [.free(holder: "holder a", .seconds(80))])
        #expect(look(&watch, at: 100, hold("a"), hold("b")) == [])
        #expect(look(&watch, at: 110, hold("a"), hold("b")) == [.held(hold("b"), .seconds(60))])
    }
}
