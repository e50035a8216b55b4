import Dispatch
import Synchronization

/// Lines in the order of arrival, and tasks which wait for a line.
final class LineLog: Sendable {
    private struct Waiter {
        let id: Int
        let needle: String
        let continuation: CheckedContinuation<String?, Never>
    }

    private struct State {
        var lines: [String] = []
        var waiters: [Waiter] = []
        var openStreams: Int
        var nextID = 0

        mutating func takeWaiters(where matches: (Waiter) -> Bool) -> [Waiter] {
            let taken = waiters.filter(matches)
            waiters.removeAll(where: matches)
            return taken
        }
    }

    private let state: Mutex<State>
    private let timers = DispatchQueue(label: "ix.test.lines")

    init(streams: Int) { state = Mutex(State(openStreams: streams)) }

    var lines: [String] { state.withLock { $0.lines } }

    func append(_ line: String) {
        let ready = state.withLock { state in
            state.lines.append(line)
            return state.takeWaiters { line.contains($0.needle) }
        }
        ready.forEach { $0.continuation.resume(returning: line) }
    }

    /// Records the end of a stream. After the last stream's end no line can arrive, so all waiters give up.
    func endStream() {
        let hopeless = state.withLock { state in
            state.openStreams -= 1
            let isOver = state.openStreams == 0
            return state.takeWaiters { _ in isOver }
        }
        hopeless.forEach { $0.continuation.resume(returning: nil) }
    }

    /// Returns the first line at or after index `start` which contains `needle`; nil when no such line arrived within
    /// `limit`.
    func line(containing needle: String, from start: Int, within limit: Duration) async -> String? {
        await withCheckedContinuation { continuation in
            let (found, id) = state.withLock { state -> (String??, Int) in
                if let line = state.lines.dropFirst(start).first(where: { $0.contains(needle) }) { return (line, 0) }
                guard state.openStreams > 0 else { return (.some(nil), 0) }
                state.nextID += 1
                state.waiters.append(Waiter(id: state.nextID, needle: needle, continuation: continuation))
                return (nil, state.nextID)
            }
            if let found { return continuation.resume(returning: found) }
            timers.asyncAfter(deadline: .now() + limit.timeInterval) { [self] in giveUp(id) }
        }
    }

    /// Returns when all streams have ended, or after `limit`, because a grandchild may keep a stream open.
    func end(within limit: Duration) async {
        _ = await line(containing: "\0", from: .max, within: limit)  // ignored: no line contains NUL
    }

    private func giveUp(_ id: Int) {
        let late = state.withLock { $0.takeWaiters { $0.id == id } }
        late.forEach { $0.continuation.resume(returning: nil) }
    }
}

extension Duration {
    /// Seconds, as Dispatch counts.
    var timeInterval: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
