import Dispatch
import Glibc
import IXCore
import Logging
import Synchronization
import Testing

@testable import IXTelemetry

@Suite(.timeLimit(.minutes(1))) struct StreamSinkTests {
    @Test(arguments: [StreamSink.Format.json, .text, .colour])
    func `a line is cut at 16 KiB, whatever is long in it`(_ format: StreamSink.Format) throws {
        let long = String(repeating: "\u{1B}ä", count: 40_000)
        let metadata: [Logger.Metadata] = [
            ["line": .string(long)], ["a": .string(long), "b": .string(long), "job_id": "j"],
            Dictionary(uniqueKeysWithValues: (0..<3000).map { ("key\($0)", "value") }),
        ]
        for fields in metadata {
            let bytes = StreamSink.bytes(LogLine(.jobDone, fields), format)
            #expect(bytes.count <= 16 << 10 && bytes.last == 0x0A && bytes.count { $0 == 0x0A } == 1)
            guard format == .json else { continue }
            let document = try JSONDocument(bytes, field: "line", limit: 20_000)
            #expect(document["event"]?.string == "job_done")
            if fields["job_id"] != nil { #expect(document["job_id"]?.string == "j") }
        }
    }

    @Test func `lines are whole in a pipe that doesn't block and is read slowly`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)  // ignored: shown by the test's own end
        let read = Mutex<[UInt8]>([])
        let done = DispatchSemaphore(value: 0)
        DispatchQueue(label: "reader").async {
            var piece = [UInt8](repeating: 0, count: 3000)
            while case let count = Glibc.read(reading, &piece, piece.count), count > 0 {
                read.withLock { $0 += piece[..<count] }
                usleep(100)
            }
            done.signal()
        }
        let queue = LogQueue(StreamSink(.json, to: writing))
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<50 {
                queue.write(
                    LogLine(
                        .jobDone, ["line": .string(String(repeating: "y", count: 7000)), "n": "\(thread).\(number)"]))
            }
        }
        queue.flush(within: .seconds(30))
        close(writing)
        done.wait()
        close(reading)
        let lines = read.withLock { $0.split(separator: 0x0A) }
        let numbers = try lines.map { try JSONDocument(Array($0), field: "line", limit: 20_000)["n"]?.string }
        #expect(Set(numbers).count == 200 && lines.count == 200)
    }
}
