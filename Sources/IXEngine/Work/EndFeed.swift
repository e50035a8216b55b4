import IXStore
import Synchronization

/// `EndFeed` tells any number of subscribers of the jobs that ended in this daemon. Without a subscriber an end costs the
/// read of a flag.
final class EndFeed: Sendable {
    private struct State {
        var subscribers: [UInt64: AsyncStream<JobEnd>.Continuation] = [:]
        var next: UInt64 = 0
        var isOver = false
    }

    /// The maximum number of ends that wait for a subscriber; then the oldest end is dropped.
    private static let buffer = 1_000

    private let state = Mutex(State())
    private let isHeard = Atomic(false)

    /// Returns a stream of the ends from now on.
    func subscribe() -> AsyncStream<JobEnd> {
        let (stream, continuation) = AsyncStream<JobEnd>.makeStream(bufferingPolicy: .bufferingNewest(Self.buffer))
        let number = state.withLock { state -> UInt64? in
            guard !state.isOver else { return nil }
            state.next += 1
            state.subscribers[state.next] = continuation
            isHeard.store(true, ordering: .releasing)
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    /// Tells every subscriber of an end. `end` is made only for subscribers.
    func send(_ end: @autoclosure () -> JobEnd) {
        guard isHeard.load(ordering: .acquiring) else { return }
        let subscribers = state.withLock { Array($0.subscribers.values) }
        guard !subscribers.isEmpty else { return }
        let end = end()
        for subscriber in subscribers { subscriber.yield(end) }
    }

    /// Ends every stream after its last end, and each later stream at once.
    func finish() {
        let subscribers = state.withLock { state in
            state.isOver = true
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.finish() }
    }

    private func remove(_ number: UInt64) {
        state.withLock { state in
            state.subscribers[number] = nil
            isHeard.store(!state.subscribers.isEmpty, ordering: .releasing)
        }
    }
}
