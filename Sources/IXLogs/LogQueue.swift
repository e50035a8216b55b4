import Dispatch
import Glibc
import Logging
import Synchronization

/// Lines on their way to a place that may take them slowly or not at all: a full pipe, a terminal that is stopped, a journal that
/// hangs.
///
/// Guarantees: `write` never waits for the place. Lines keep their order. Lines that find the queue full are dropped, and the
/// place is told how many as soon as it takes lines again.
/// Concurrency: from any thread; one thread of the queue's own writes.
public final class LogQueue: LogSink {
    private struct State {
        var lines: [LogLine] = []
        var bytes = 0
        var dropped = 0
        /// The writer sleeps until it is woken.
        var isIdle = false
        /// Lines that were taken, and lines that have been written: for `flush`.
        var taken = 0
        var written = 0
    }

    private let sink: any LogSink
    private let most: (lines: Int, bytes: Int)
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    /// Set before the first line comes, by `init`.
    private let hasThread = Atomic(false)

    /// `lines` and `bytes` wait at most; what is being written comes on top of it.
    public init(_ sink: any LogSink, lines: Int = 4096, bytes: Int = 4 << 20) {
        self.sink = sink
        most = (lines, bytes)
        hasThread.store(begin(), ordering: .releasing)
    }

    public func write(_ line: LogLine) {
        guard hasThread.load(ordering: .acquiring) else { return sink.write(line) }
        let isAwaited = state.withLock { state in
            guard state.lines.count < most.lines, state.bytes < most.bytes else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            state.bytes += line.bytes
            state.taken += 1
            defer { state.isIdle = false }
            return state.isIdle
        }
        if isAwaited { news.signal() }
    }

    /// Returns when all lines taken so far are written, or after `limit`.
    public func flush(within limit: Duration) {
        guard hasThread.load(ordering: .acquiring) else { return }
        let (end, goal) = (ContinuousClock.now + limit, state.withLock { $0.taken })
        while state.withLock({ $0.written < goal }), ContinuousClock.now < end { usleep(Self.pause) }
    }

    /// Microseconds between two looks of `flush`.
    private static let pause: UInt32 = 1000

    /// False where no thread can be had: lines are written by the threads that log them then.
    private func begin() -> Bool {
        var thread = pthread_t()
        let own = Unmanaged.passRetained(self)
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { own in
            guard let own else { return nil }
            Unmanaged<LogQueue>.fromOpaque(own).takeRetainedValue().work()
            return nil
        }
        guard pthread_create(&thread, nil, main, own.toOpaque()) == 0 else {
            own.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// The writer's life, which lasts as long as the process.
    private func work() {
        while true {
            let (lines, dropped) = take()
            if lines.isEmpty { news.wait() }
            for line in lines {
                sink.write(line)
                state.withLock { $0.written += 1 }
            }
            if dropped > 0 { sink.write(LogLine(.logLinesDropped, ["count": "\(dropped)"])) }
        }
    }

    private func take() -> (lines: [LogLine], dropped: Int) {
        state.withLock { state in
            defer {
                state.isIdle = state.lines.isEmpty
                (state.lines, state.bytes, state.dropped) = ([], 0, 0)
            }
            return (state.lines, state.dropped)
        }
    }
}

extension LogLine {
    /// Roughly what it holds in memory.
    fileprivate var bytes: Int {
        fields.reduce(message.utf8.count + 200) { $0 + $1.key.utf8.count + $1.value.utf8.count + 32 }
    }
}
