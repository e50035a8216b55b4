/// What happens to a child, as rules: events in, steps out. No process, no clock.
///
///     running ─cancelled→ terminating ─graceOver→ killing
///        └─────────────────────┴── exited ───────────┴→ draining ─streamsEnded, drainOver→ ended
struct ChildLifecycle {
    enum Event: Equatable {
        case cancelled
        /// Standard output passed its limit.
        case overflowed
        case graceOver
        case exited
        /// Nobody holds standard output and standard error any more.
        case streamsEnded
        case drainOver
    }

    enum Step: Equatable {
        /// The child was told to end: `graceOver` after the grace.
        case awaitGrace
        /// KILL to the group.
        case kill
        /// End what the child left behind, and `drainOver` after a second.
        case sweep
        /// Stop reading; nothing comes after it.
        case end
    }

    private enum State { case running, terminating, killing, draining, ended }

    private var state = State.running
    private var streamsEnded = false
    /// Whether the run was cancelled before its end; it outranks what the child said.
    private(set) var isCancelled = false

    var isEnded: Bool { state == .ended }

    mutating func apply(_ event: Event) -> [Step] {
        guard state != .ended else { return [] }
        switch event {
        case .cancelled: return cancel()
        case .overflowed: return overflow()
        case .graceOver: return state == .terminating ? move(to: .killing, .kill) : []
        case .exited: return streamsEnded ? move(to: .ended, .sweep, .end) : move(to: .draining, .sweep)
        case .streamsEnded: return endStreams()
        case .drainOver: return state == .draining ? move(to: .ended, .end) : []
        }
    }

    private mutating func cancel() -> [Step] {
        isCancelled = true
        switch state {
        case .running: return move(to: .terminating, .awaitGrace)
        case .draining: return move(to: .ended, .end)
        case .terminating, .killing, .ended: return []
        }
    }

    private mutating func overflow() -> [Step] {
        switch state {
        case .running, .terminating: return move(to: .killing, .kill)
        case .draining: return move(to: .ended, .end)
        case .killing, .ended: return []
        }
    }

    private mutating func endStreams() -> [Step] {
        streamsEnded = true
        return state == .draining ? move(to: .ended, .end) : []
    }

    private mutating func move(to next: State, _ steps: Step...) -> [Step] {
        state = next
        return steps
    }
}
