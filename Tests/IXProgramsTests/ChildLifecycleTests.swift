import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite struct ChildLifecycleTests {
    typealias Event = ChildLifecycle.Event
    typealias Step = ChildLifecycle.Step

    private func steps(_ events: Event...) -> [[Step]] {
        var lifecycle = ChildLifecycle()
        var steps: [[Step]] = []
        for event in events { steps.append(lifecycle.apply(event)) }
        return steps
    }

    @Test func `a child that ends is swept, and over when its pipes are`() {
        #expect(steps(.exited, .streamsEnded) == [[.sweep], [.end]])
        #expect(steps(.streamsEnded, .exited) == [[], [.sweep, .end]])
    }

    @Test func `pipes that stay open are left after the drain`() {
        #expect(steps(.exited, .drainOver) == [[.sweep], [.end]])
    }

    @Test func `a cancelled child is killed after the grace`() {
        #expect(
            steps(.cancelled, .graceOver, .exited, .streamsEnded) == [[.awaitGrace], [.kill], [.sweep], [.end]])
    }

    @Test func `a child that ends within the grace is not killed`() {
        #expect(steps(.cancelled, .exited, .graceOver) == [[.awaitGrace], [.sweep], []])
    }

    @Test func `cancelling while the last output is read ends the reading`() {
        #expect(steps(.exited, .cancelled) == [[.sweep], [.end]])
    }

    @Test func `cancelling twice waits for one grace`() {
        #expect(steps(.cancelled, .cancelled) == [[.awaitGrace], []])
    }

    @Test func `too much output kills at once, also within the grace`() {
        #expect(steps(.overflowed, .overflowed) == [[.kill], []])
        #expect(steps(.cancelled, .overflowed, .graceOver) == [[.awaitGrace], [.kill], []])
        #expect(steps(.exited, .overflowed) == [[.sweep], [.end]])
    }

    @Test func `nothing happens after the end`() {
        var lifecycle = ChildLifecycle()
        for event: Event in [.streamsEnded, .exited] { _ = lifecycle.apply(event) }
        #expect(lifecycle.isEnded)
        for event: Event in [.cancelled, .overflowed, .graceOver, .drainOver, .streamsEnded, .exited] {
            let steps = lifecycle.apply(event)
            #expect(steps.isEmpty)
        }
        #expect(!lifecycle.isCancelled, "a cancellation after the end changes no outcome")
    }
}
