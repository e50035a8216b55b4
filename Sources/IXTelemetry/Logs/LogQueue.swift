import Dispatch
import Glibc
import Logging
import Synchronization

/// `LogQueue` passes lines to a sink that may be slow or blocked: a full pipe, a stopped terminal, a journal that
/// hangs.
///
/// Guarantees: `write` never waits for the sink. Lines keep their order. A full queue drops new lines, and the sink
/// gets the number of dropped lines as soon as the sink takes lines again.
/// Concurrency: safe from any thread; a dedicated thread of the queue writes to the sink.
package final class LogQueue: LogSink {
    private struct State {
        var lines: [LogLine] = []
        var bytes = 0
        var dropped = 0
        /// True while the writer waits to be woken.
        var isIdle = false
        /// The number of lines accepted by `write`; `flush` compares `taken` with the number of written lines.
        var taken = 0
        var written = 0
    }

    private let sink: any LogSink
    private let most: (lines: Int, bytes: Int)
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    /// Set by `init`, before the first line.
    private let hasThread = Atomic(false)

    /// Creates a queue of at most `lines` lines and `bytes` bytes. The lines that the writer is writing don't count.
    package init(_ sink: any LogSink, lines: Int = 4096, bytes: Int = 4 << 20) {
        self.sink = sink
        most = (lines, bytes)
        hasThread.store(begin(), ordering: .releasing)
    }

    package func write(_ line: LogLine) {
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
    package func flush(within limit: Duration) {
        guard hasThread.load(ordering: .acquiring) else { return }
        let (end, goal) = (ContinuousClock.now + limit, state.withLock { $0.taken })
        while state.withLock({ $0.written < goal }), ContinuousClock.now < end { usleep(Self.pause) }
    }

    /// The pause between two checks of `flush`, in microseconds.
    private static let pause: UInt32 = 1000

    /// Starts the writer. Returns false when no thread can be created; the logging threads then write their lines to
    /// the sink themselves.
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

    /// Runs the writer, which lives as long as the process.
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
    /// The approximate size of the line in memory, in bytes.
    fileprivate var bytes: Int {
        fields.reduce(message.utf8.count + 200) { $0 + $1.key.utf8.count + $1.value.utf8.count + 32 }
    }
}
