import Synchronization

/// The streams of a notifier: each notification goes to every subscriber.
///
/// Concurrency: safe from any thread; no call waits for a subscriber.
package final class NotificationFeed: Sendable {
    private struct State {
        var subscribers: [Weak] = []
        var isOver = false
    }

    /// Weak, because a stream that has lost its reader reports nothing.
    private struct Weak {
        weak var subscriber: Subscriber?
    }

    private let state = Mutex(State())

    /// Creates a feed without subscribers.
    package init() {}

    /// Returns a stream of the notifications sent from now on, for a single consumer.
    package func subscribe() -> AsyncStream<JobNotification> {
        let subscriber = Subscriber()
        let isOver = state.withLock { state in
            state.subscribers.removeAll { $0.subscriber == nil }
            state.subscribers.append(Weak(subscriber: subscriber))
            return state.isOver
        }
        if isOver { subscriber.finish() }
        return AsyncStream { await subscriber.next() }
    }

    /// Sends a notification to every subscriber.
    package func send(_ notification: JobNotification) {
        for subscriber in state.withLock({ $0.subscribers.compactMap(\.subscriber) }) {
            subscriber.add(notification)
        }
    }

    /// Ends every stream after its last notification, and each later stream at once.
    package func finish() {
        let subscribers = state.withLock { state in
            state.isOver = true
            return state.subscribers.compactMap(\.subscriber)
        }
        for subscriber in subscribers { subscriber.finish() }
    }
}

/// The notifications that wait for one consumer.
private final class Subscriber: Sendable {
    private struct State {
        var pending = Pending()
        var isOver = false
        var consumer: CheckedContinuation<JobNotification?, Never>?
    }

    private let state = Mutex(State())

    /// Waits for the next notification; nil after the end of the feed, and once the consumer's task is cancelled.
    func next() async -> JobNotification? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { consumer in
                let replaced = state.withLock { state in
                    defer { state.consumer = consumer }
                    return state.consumer
                }
                replaced?.resume(returning: nil)
                serve()
            }
        } onCancel: {
            finish()
        }
    }

    func add(_ notification: JobNotification) {
        state.withLock { $0.pending.add(notification) }
        serve()
    }

    func finish() {
        state.withLock { $0.isOver = true }
        serve()
    }

    /// Hands the waiting consumer what is there.
    private func serve() {
        let served: (CheckedContinuation<JobNotification?, Never>, JobNotification?)? = state.withLock { state in
            guard let consumer = state.consumer else { return nil }
            let next = state.pending.take()
            guard next != nil || state.isOver else { return nil }
            state.consumer = nil
            return (consumer, next)
        }
        if let served { served.0.resume(returning: served.1) }
    }
}

/// The notifications of one consumer, merged: at most one of each kind.
private struct Pending {
    private var jobs: Int?
    private var isFollowUp = false
    private var hasCancels = false
    private var hasCallbacks = false
    private var hasSchedules = false

    mutating func add(_ notification: JobNotification) {
        switch notification {
        case .jobs(let count): jobs = (jobs ?? 0) + count
        case .followUp: isFollowUp = true
        case .cancels: hasCancels = true
        case .callbacks: hasCallbacks = true
        case .schedules: hasSchedules = true
        }
    }

    mutating func take() -> JobNotification? {
        if let count = jobs {
            jobs = nil
            return .jobs(count)
        }
        if isFollowUp {
            isFollowUp = false
            return .followUp
        }
        if hasCancels {
            hasCancels = false
            return .cancels
        }
        if hasCallbacks {
            hasCallbacks = false
            return .callbacks
        }
        guard hasSchedules else { return nil }
        hasSchedules = false
        return .schedules
    }
}
