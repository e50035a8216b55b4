import Dispatch
import Logging
import Synchronization
import Testing

@testable import IXTelemetry

/// A sink that takes lines slowly holds up no thread but the queue's own.
@Suite(.timeLimit(.minutes(1))) struct LogQueueTests {
    /// Takes a line for each signal.
    private final class SlowSink: LogSink {
        let lines = Mutex<[LogLine]>([])
        let gate = DispatchSemaphore(value: 0)

        func write(_ line: LogLine) {
            gate.wait()
            lines.withLock { $0.append(line) }
        }

        var said: [String] { lines.withLock { $0.map { $0["number"] ?? $0.event?.name ?? "" } } }
    }

    private func line(_ number: Int) -> LogLine { LogLine(.jobDone, ["number": "\(number)"]) }

    @Test func `lines that find the queue full are dropped and counted, the others keep their order`() {
        let sink = SlowSink()
        let queue = LogQueue(sink, lines: 3, bytes: 1 << 20)
        queue.write(line(1))
        // Taken off the queue once the sink waits with it.
        sink.gate.signal()
        queue.flush(within: .seconds(20))
        #expect(sink.said == ["1"])
        for number in 2...12 { queue.write(line(number)) }
        for _ in 0..<20 { sink.gate.signal() }
        queue.flush(within: .seconds(20))
        queue.write(line(13))
        queue.flush(within: .seconds(20))
        let (said, lines) = (sink.said, sink.lines.withLock { $0 })
        let numbers = said.compactMap { Int($0) }
        #expect(numbers == numbers.sorted() && numbers.last == 13)
        let dropped = lines.filter { $0.event == .logLinesDropped }.compactMap { $0["count"].flatMap { Int($0) } }
        // Three wait, and three may be in hand.
        #expect((5...8).contains(dropped.reduce(0, +)))
        #expect(numbers.count + dropped.reduce(0, +) == 13)
    }

    @Test func `bytes are counted, too`() {
        let sink = SlowSink()
        let queue = LogQueue(sink, lines: 1000, bytes: 10_000)
        for _ in 0..<100 { queue.write(LogLine(.jobDone, ["text": .string(String(repeating: "x", count: 4000))])) }
        for _ in 0..<200 { sink.gate.signal() }
        queue.flush(within: .seconds(20))
        #expect(sink.lines.withLock { $0.count } < 12)
    }

    @Test func `a flush of a stalled sink ends in its time`() {
        let sink = SlowSink()
        let queue = LogQueue(sink)
        queue.write(line(1))
        let start = ContinuousClock.now
        queue.flush(within: .milliseconds(100))
        #expect(ContinuousClock.now - start < .seconds(10) && sink.said.isEmpty)
        sink.gate.signal()
        queue.flush(within: .seconds(20))
        #expect(sink.said == ["1"])
    }
}
