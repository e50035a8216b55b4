import Testing

@testable import IXPrograms

@Suite struct WarmLifecycleTests {
    typealias Event = WarmLifecycle.Event
    typealias Step = WarmLifecycle.Step
    typealias State = WarmLifecycle.State

    /// The steps of each event, and the state at the end.
    private func after(_ events: Event...) -> (steps: [[Step]], state: State) {
        var lifecycle = WarmLifecycle()
        var steps: [[Step]] = []
        for event in events { steps.append(lifecycle.apply(event)) }
        return (steps, lifecycle.state)
    }

    @Test func `a process that is ready takes one job after the other`() {
        let run = after(.ready, .given, .answered, .given, .answered)
        #expect(run == ([[], [], [], [], []], .idle))
    }

    @Test func `a start that takes too long, or that writes rubbish, is killed`() {
        #expect(after(.startTimedOut, .exited, .streamsEnded) == ([[.kill], [.sweep], [.end]], .ended))
        #expect(after(.unusable) == ([[.kill]], .killing))
        #expect(after(.ready, .startTimedOut) == ([[], []], .idle), "the start was over")
    }

    @Test func `a cancelled job is told, then TERM, then killed`() {
        let run = after(.ready, .given, .cancelled, .termDue, .graceOver, .exited, .streamsEnded)
        #expect(run == ([[], [], [.tellCancel], [.terminate], [.kill], [.sweep], [.end]], .ended))
    }

    @Test func `a process that answers its cancelled job lives on, and no later timer ends it`() {
        let run = after(.ready, .given, .cancelled, .answered, .termDue, .graceOver, .given)
        #expect(run == ([[], [], [.tellCancel], [], [], [], []], .busy))
    }

    @Test func `a cancellation outranks the answer, until the next job`() {
        var lifecycle = WarmLifecycle()
        for event: Event in [.ready, .given, .cancelled, .answered] { _ = lifecycle.apply(event) }
        #expect(lifecycle.isCancelled && lifecycle.isIdle)
        _ = lifecycle.apply(.given)
        #expect(!lifecycle.isCancelled && !lifecycle.isIdle)
    }

    @Test func `loading goes on when its job is cancelled, and ends when no job follows`() {
        #expect(after(.cancelled, .ready, .given) == ([[], [], []], .busy))
        #expect(after(.cancelled, .closed, .unneeded) == ([[], [], [.kill]], .killing))
        #expect(after(.ready, .unneeded) == ([[], []], .idle), "the process is loaded")
    }

    @Test func `an idle process that is closed loses its input, then TERM, then is killed`() {
        let run = after(.ready, .closed, .graceOver, .graceOver, .exited)
        #expect(run == ([[], [.closeInput], [.terminate], [.kill], [.sweep]], .draining))
    }

    @Test func `a busy or starting process is closed after its job`() {
        #expect(after(.ready, .given, .closed, .answered) == ([[], [], [], [.closeInput]], .closing))
        #expect(after(.closed, .ready) == ([[], [.closeInput]], .closing))
        let cancelled = after(.ready, .given, .closed, .cancelled, .answered)
        #expect(cancelled == ([[], [], [], [.tellCancel], [.closeInput]], .closing))
    }

    @Test(arguments: [[Event.ready], [.ready, .given], [.ready, .given, .cancelled], [.ready, .closed], []])
    func `a process that exits in any state is swept, and over when its pipes are`(_ events: [Event]) {
        for (last, steps) in [
            ([Event.exited, .streamsEnded], [[Step.sweep], [.end]]),
            ([.streamsEnded, .exited], [[], [.sweep, .end]]),
            ([.exited, .drainOver], [[.sweep], [.end]]),
        ] {
            var lifecycle = WarmLifecycle()
            for event in events { _ = lifecycle.apply(event) }
            var found: [[Step]] = []
            for event in last { found.append(lifecycle.apply(event)) }
            #expect(found == steps && lifecycle.isEnded)
        }
    }

    @Test func `an answer counts while the job's process may still have written it`() {
        let accepting: [[Event]] = [
            [.ready, .given], [.ready, .given, .cancelled], [.ready, .given, .cancelled, .termDue],
            [.ready, .given, .exited],
        ]
        let refusing: [[Event]] = [
            [], [.ready], [.ready, .closed], [.ready, .given, .unusable], [.ready, .given, .exited, .streamsEnded],
        ]
        for (events, isAccepted) in accepting.map({ ($0, true) }) + refusing.map({ ($0, false) }) {
            var lifecycle = WarmLifecycle()
            for event in events { _ = lifecycle.apply(event) }
            #expect(lifecycle.mayAnswer == isAccepted, "\(events)")
        }
    }

    @Test func `nothing happens after the end`() {
        let all: [Event] = [
            .ready, .startTimedOut, .answered, .cancelled, .closed, .unusable, .unneeded, .termDue, .graceOver, .exited,
            .streamsEnded, .drainOver,
        ]
        for event in all {
            let run = after(.exited, .streamsEnded, event)
            #expect(run == ([[.sweep], [.end], []], .ended), "\(event)")
        }
    }
}
