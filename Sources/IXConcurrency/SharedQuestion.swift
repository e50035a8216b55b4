internal import Synchronization

/// `SharedQuestion` asks for a value with a slow answer: a question at a time for all callers, and at most a question per
/// `pause`. No caller waits longer than `limit`.
///
/// Concurrency: safe from any task.
package final class SharedQuestion<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var asked: ContinuousClock.Instant?
        /// Opens when the question under way has ended; nil while there is none.
        var underWay: Latch?
    }

    private let pause: Duration
    private let limit: Duration
    private let ask: @Sendable () async -> Value?
    private let state = Mutex(State())

    /// Creates a question without asking. A nil of `ask` leaves the value of before.
    package init(pause: Duration, limit: Duration, ask: @escaping @Sendable () async -> Value?) {
        (self.pause, self.limit, self.ask) = (pause, limit, ask)
    }

    /// Returns the newest value; nil before the first answer. The value is older than `pause` only after a question without an
    /// answer within `limit`.
    package func value() async -> Value? {
        let now = ContinuousClock.now
        let (done, isFirst): (Latch?, Bool) = state.withLock { state in
            if let done = state.underWay { return (done, false) }
            if let asked = state.asked, now - asked < pause { return (nil, false) }
            let done = Latch()
            (state.underWay, state.asked) = (done, now)
            return (done, true)
        }
        if let done {
            if isFirst { Task { await answer(done) } }
            await done.wait(upTo: limit)
        }
        return state.withLock { $0.value }
    }

    private func answer(_ done: Latch) async {
        let value = await ask()
        state.withLock { state in
            if let value { state.value = value }
            state.underWay = nil
        }
        done.open()
    }
}
