internal import IXPipelines

/// `WarmLifecycle` holds the rules for a warm process's states: an event comes in, steps go out. It starts no process
/// and reads no clock.
///
///     starting ─ready→ idle ⇄ busy ─cancelled→ cancelling ─termDue→ terminating ─graceOver→ killing
///         └─ startTimedOut, unusable, unneeded → killing    idle ─closed→ closing ─graceOver→ terminating
///     any ─exited→ draining ─streamsEnded, drainOver→ ended
struct WarmLifecycle {
    enum Event: Equatable {
        case ready, startTimedOut, given, answered, cancelled, closed
        /// The process wrote a line over the limit, or speaks an unknown version of the protocol.
        case unusable
        /// The process is still loading, no job waits for the process, and no more jobs follow.
        case unneeded
        case termDue, graceOver, exited, streamsEnded, drainOver
    }

    enum Step: Equatable {
        /// Send the process the line that cancels its job. The caller reports `termDue` after half of the grace.
        case tellCancel
        /// Close the process's input, because no more jobs follow. The caller reports `graceOver` after the grace.
        case closeInput
        /// Send TERM. The caller reports `graceOver` after the rest of the grace.
        case terminate
        case kill
        /// End the processes that the warm process left behind. The caller reports `drainOver` after 1 s
        /// (`PipelineLimits.drain`).
        case sweep
        case end
    }

    enum State { case starting, idle, busy, cancelling, closing, terminating, killing, draining, ended }

    private(set) var state = State.starting
    private var streamsEnded = false
    /// True when the process gets no more jobs.
    private(set) var isClosed = false
    /// True when the current job was cancelled. Cancellation outranks the process's answer.
    private(set) var isCancelled = false

    var isEnded: Bool { state == .ended }
    /// True before the process's `ready` line.
    var isStarting: Bool { state == .starting }
    /// True while the process can be sent a job.
    var isIdle: Bool { state == .idle }

    /// True while an answer for the job is accepted. An answer is read even after the exit of a process that ended
    /// right after answering.
    var mayAnswer: Bool {
        switch state {
        case .busy, .cancelling, .terminating, .draining: true
        case .starting, .idle, .closing, .killing, .ended: false
        }
    }

    /// Returns the steps that the caller must carry out for `event`, in order. An event that the state excludes is
    /// ignored.
    /// Requires: `given` only while `isIdle`, because the lifecycle then counts the process as busy.
    mutating func apply(_ event: Event) -> [Step] {
        switch event {
        case .ready: return state == .starting ? becomeReady() : []
        case .given: return begin()
        case .answered: return state == .busy || state == .cancelling ? becomeReady() : []
        case .cancelled: return cancel()
        case .closed: return close()
        case .startTimedOut: return state == .starting ? move(to: .killing, .kill) : []
        case .unusable: return isAlive ? move(to: .killing, .kill) : []
        case .unneeded: return state == .starting ? move(to: .killing, .kill) : []
        case .termDue: return state == .cancelling ? move(to: .terminating, .terminate) : []
        case .graceOver: return graceOver()
        case .exited: return isAlive || state == .killing ? exit() : []
        case .streamsEnded: return endStreams()
        case .drainOver: return state == .draining ? move(to: .ended, .end) : []
        }
    }

    private var isAlive: Bool {
        switch state {
        case .starting, .idle, .busy, .cancelling, .closing, .terminating: true
        case .killing, .draining, .ended: false
        }
    }

    private mutating func begin() -> [Step] {
        isCancelled = false
        return move(to: .busy)
    }

    private mutating func becomeReady() -> [Step] {
        isClosed ? move(to: .closing, .closeInput) : move(to: .idle)
    }

    private mutating func cancel() -> [Step] {
        // Loading goes on whatever becomes of the job that caused it.
        guard state != .starting else { return [] }
        isCancelled = true
        return state == .busy ? move(to: .cancelling, .tellCancel) : []
    }

    private mutating func close() -> [Step] {
        isClosed = true
        return state == .idle ? move(to: .closing, .closeInput) : []
    }

    private mutating func graceOver() -> [Step] {
        switch state {
        case .closing: move(to: .terminating, .terminate)
        case .terminating: move(to: .killing, .kill)
        default: []
        }
    }

    private mutating func exit() -> [Step] {
        streamsEnded ? move(to: .ended, .sweep, .end) : move(to: .draining, .sweep)
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
