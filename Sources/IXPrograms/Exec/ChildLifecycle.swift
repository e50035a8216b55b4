internal import IXPipelines

/// `ChildLifecycle` holds the rules for a child's states: an event comes in, steps go out. It starts no process and
/// reads no clock.
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
        /// No process holds the child's standard output or standard error open any more.
        case streamsEnded
        case drainOver
    }

    enum Step: Equatable {
        /// TERM was sent to the child. The caller reports `graceOver` after the grace.
        case awaitGrace
        /// Send KILL to the child's process group.
        case kill
        /// End the processes that the child left behind. The caller reports `drainOver` after 1 s (`PipelineLimits.drain`).
        case sweep
        /// Stop reading; no step follows.
        case end
    }

    private enum State { case running, terminating, killing, draining, ended }

    private var state = State.running
    private var streamsEnded = false
    /// True once the run was cancelled before its end. Cancellation outranks the child's output and exit status.
    private(set) var isCancelled = false

    var isEnded: Bool { state == .ended }

    /// Returns the steps that the caller must carry out for `event`, in order. After the end every event is ignored.
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
