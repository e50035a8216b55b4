internal import HeapModule
internal import Synchronization

/// `OneShotTimer` calls a closure once when its time is up, unless the timer is cancelled or freed first.
///
/// Gains: no foreign work delays the call. A sleeping task wakes on the pool that all tasks share, where a pipeline's
/// tasks may hold every thread; a Dispatch timer needs one of at most 255 threads, which blocked queues may hold. The
/// timers have a dedicated thread.
/// Guarantees: the call never comes before its time. A sixteenth of the time more may pass, at most a second, so that the
/// wake-ups of an idle process fall together.
/// Requires: the closure never blocks, because all timers share the thread.
/// Concurrency: safe from any thread, also within the closure.
package final class OneShotTimer: Sendable {
    private let id: Int

    /// Starts the timer.
    package init(after time: Duration, _ body: @escaping @Sendable () -> Void) {
        id = TimerThread.shared.add(after: time, body)
    }

    deinit { cancel() }

    /// Ends the timer and frees the closure; a call already begun still ends normally.
    package func cancel() { TimerThread.shared.remove(id) }
}

/// The thread of all timers. It sleeps until the next timer is due.
private final class TimerThread: Sendable {
    typealias Body = @Sendable () -> Void

    /// A time in nanoseconds since the thread's first start, and the timer that is due then.
    private struct Entry: Comparable {
        let due: Int
        let id: Int

        static func < (left: Entry, right: Entry) -> Bool { left.due < right.due }
    }

    private struct State {
        var lastID = 0
        /// The timers that have neither fired nor been cancelled.
        var bodies: [Int: Body] = [:]
        /// The times, also of some timers that were cancelled.
        var heap = Heap<Entry>()
        /// The time until which the thread sleeps; nil while it is awake, because it looks again before it sleeps.
        var sleepEnd: Int?
    }

    static let shared = TimerThread()

    /// The longest time of a timer, about 100 years, within the range of the arithmetic.
    private static let longest = Duration.seconds(100 * 365 * 86_400)
    /// The longest sleep. The clock of a sleep stands still while the machine is suspended.
    private static let longestSleep = 60_000_000_000

    private let state = Mutex(State())
    private let arrival = TimedSemaphore()
    private let start = ContinuousClock.now

    private init() { DedicatedThread.start { [self] in work() } }

    func add(after time: Duration, _ body: @escaping Body) -> Int {
        let due = Self.due(after: Self.nanoseconds(min(max(time, .zero), Self.longest)), from: now)
        let (id, isFirst) = state.withLock { state in
            state.lastID += 1
            state.bodies[state.lastID] = body
            state.heap.insert(Entry(due: due, id: state.lastID))
            let isFirst = state.sleepEnd.map { due < $0 } ?? false
            if isFirst { state.sleepEnd = nil }
            return (state.lastID, isFirst)
        }
        if isFirst { arrival.signal() }
        return id
    }

    func remove(_ id: Int) {
        let removed = state.withLock { state in
            let removed = state.bodies.removeValue(forKey: id)
            // Times without a timer go once they are the majority, so that waits of a day leave nothing behind.
            if state.heap.count > 2 * state.bodies.count + 64 {
                state.heap = Heap(state.heap.unordered.filter { state.bodies[$0.id] != nil })
            }
            return removed
        }
        // The closure is freed outside the lock, because its end may cancel further timers.
        withExtendedLifetime(removed) {}
    }

    private func work() {
        while true {
            let sleep = fireDue()
            guard sleep > 0 else { continue }
            // ignored: the heap says what is due
            _ = arrival.wait(upTo: .nanoseconds(sleep))
        }
    }

    /// Fires a timer that is due and returns 0. Without such a timer the method returns the time to sleep.
    private func fireDue() -> Int {
        let now = now
        let (body, sleep): (Body?, Int) = state.withLock { state in
            state.sleepEnd = nil
            while let next = state.heap.min, next.due <= now {
                state.heap.removeMin()
                if let body = state.bodies.removeValue(forKey: next.id) { return (body, 0) }
            }
            let end = min(state.heap.min?.due ?? .max, now + Self.longestSleep)
            state.sleepEnd = end
            return (nil, end - now)
        }
        body?()
        return sleep
    }

    private var now: Int { Self.nanoseconds(ContinuousClock.now - start) }

    private static func nanoseconds(_ time: Duration) -> Int {
        let (seconds, atto) = time.components
        return Int(seconds) * 1_000_000_000 + Int(atto / 1_000_000_000)
    }

    /// Returns the time's end, rounded up to a grain of the clock: a power of two near a sixteenth of the time.
    private static func due(after time: Int, from now: Int) -> Int {
        let grain = 1 << min(30, max(0, Int.bitWidth - 1 - (time / 16).leadingZeroBitCount))
        return (now + time + 1 + grain - 1) / grain * grain
    }
}
