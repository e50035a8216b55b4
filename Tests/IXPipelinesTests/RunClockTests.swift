import Testing

@testable import IXPipelines

/// The time limit of a run, which a pipeline may hold while it loads.
@Suite struct RunClockTests {
    private static func left(_ clock: RunClock) -> Duration { clock.deadline - .now }

    @Test func `without a word from the pipeline the limit counts from the creation`() {
        let left = Self.left(RunClock(.seconds(100)))
        #expect(left > .seconds(90) && left <= .seconds(100))
    }

    @Test func `a held limit leaves time to load, and the whole limit after it`() {
        let clock = RunClock(.seconds(100))
        clock.hold(for: .seconds(1000))
        let held = Self.left(clock)
        #expect(held > .seconds(1090) && held <= .seconds(1100))
        clock.begin()
        let begun = Self.left(clock)
        #expect(begun > .seconds(90) && begun <= .seconds(100))
    }
}
