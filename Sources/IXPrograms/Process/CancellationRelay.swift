internal import IXPipelines
internal import Synchronization

/// `CancellationRelay` lets any thread cancel a run at any time: before its program is known, while the program runs,
/// and afterwards. A cancellation that comes early is kept and relayed as soon as the target is known.
///
/// Concurrency: safe from any thread. `send` runs at most once, inside the relay's lock, so it must not block.
final class CancellationRelay<Target: Sendable>: Sendable {
    private struct State {
        var isCancelled = false
        var isSent = false
        var target: Target?
    }

    private let state = Mutex(State())
    private let send: @Sendable (Target) -> Void

    /// Creates a relay without a target. `send` cancels a target.
    init(_ send: @escaping @Sendable (Target) -> Void) { self.send = send }

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Cancels the run: now, or as soon as the target is known.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            relay(&state)
        }
    }

    /// Names the target, and relays an earlier cancellation.
    func connect(_ target: Target) {
        state.withLock { state in
            state.target = target
            if state.isCancelled { relay(&state) }
        }
    }

    /// Forgets the target. For a child process this must run before the child is reaped, because the kernel may then
    /// give the child's number to another process.
    func disconnect() { state.withLock { $0.target = nil } }

    /// Sends only once, because some programs treat a second TERM like KILL.
    private func relay(_ state: inout State) {
        guard let target = state.target, !state.isSent else { return }
        state.isSent = true
        send(target)
    }
}

extension CancellationRelay<ProcessGroup> {
    /// Creates a relay that sends TERM to the process group.
    convenience init() { self.init { $0.terminate() } }
}
