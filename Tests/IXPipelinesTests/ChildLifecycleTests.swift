import Testing

@testable import IXPipelines

@Suite struct ChildLifecycleTests {
    typealias Event = ChildLifecycle.Event
    typealias Step = ChildLifecycle.Step

    private func steps(_ events: Event...) -> [[Step]] {
        var lifecycle = ChildLifecycle()
        return events.map { lifecycle.apply($0) }
    }

    @Test func `a child that ends is swept, and over when its pipes are`() {
        #expect(steps(.started, .exited, .streamsEnded) == [[], [.sweep], [.end]])
        #expect(steps(.started, .streamsEnded, .exited) == [[], [], [.sweep, .end]])
    }

    @Test func `pipes that stay open are left after the drain`() {
        #expect(steps(.started, .exited, .drainOver) == [[], [.sweep], [.end]])
    }

    @Test func `a cancelled child is asked to end, then killed after the grace`() {
        #expect(
            steps(.started, .cancelled, .graceOver, .exited, .streamsEnded)
                == [[], [.terminate], [.kill], [.sweep], [.end]])
    }

    @Test func `a child that ends within the grace is not killed`() {
        #expect(steps(.started, .cancelled, .exited, .graceOver) == [[], [.terminate], [.sweep], []])
    }

    @Test func `cancelling before the start takes effect at the start`() {
        #expect(steps(.cancelled, .started) == [[], [.terminate]])
        #expect(steps(.cancelled, .notStarted) == [[], [.end]])
    }

    @Test func `cancelling while the last output is read ends the reading`() {
        #expect(steps(.started, .exited, .cancelled) == [[], [.sweep], [.end]])
    }

    @Test func `cancelling twice asks once`() {
        #expect(steps(.started, .cancelled, .cancelled) == [[], [.terminate], []])
    }

    @Test func `too much output kills at once, also while asked to end`() {
        #expect(steps(.started, .overflowed, .overflowed) == [[], [.kill], []])
        #expect(steps(.started, .cancelled, .overflowed, .graceOver) == [[], [.terminate], [.kill], []])
        #expect(steps(.started, .exited, .overflowed) == [[], [.sweep], [.end]])
    }

    @Test func `nothing happens after the end`() {
        var lifecycle = ChildLifecycle()
        for event: Event in [.started, .streamsEnded, .exited] { _ = lifecycle.apply(event) }
        for event: Event in [.cancelled, .overflowed, .graceOver, .drainOver, .streamsEnded, .exited, .started] {
            let steps = lifecycle.apply(event)
            #expect(steps.isEmpty)
        }
        #expect(!lifecycle.isCancelled, "a cancellation after the end changes no outcome")
    }
}
