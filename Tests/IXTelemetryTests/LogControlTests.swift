import IXCore
import Logging
import Synchronization
import Testing

@testable import IXTelemetry

struct LogControlTests {
    private final class Sink: LogSink {
        let lines = Mutex<[LogLine]>([])
        func write(_ line: LogLine) { lines.withLock { $0.append(line) } }
        var messages: [String] { lines.withLock { $0.map(\.message) } }
    }

    @Test func `a level changed while the process runs holds for loggers made before`() {
        let sink = Sink()
        let control = LogControl(level: .warning, sink: sink)
        var logger = control.logger("test")
        logger[metadataKey: "job_id"] = "j"
        logger.log(.jobClaimed)
        control.level = .info
        logger.log(.jobDone)
        #expect(sink.messages == ["job done"])
    }

    @Test func `an event brings its kind, its fields and the logger's own along`() throws {
        let sink = Sink()
        var logger = LogControl(level: .info, sink: sink).logger("test")
        logger[metadataKey: "job_id"] = "j"
        logger.log(.jobError, ["code": "timeout"])
        let line = try #require(sink.lines.withLock { $0.first })
        #expect(line.event == .jobError)
        #expect(line.fields.map(\.key) == ["code", "job_id"])
        #expect(line["job_id"] == "j")
    }

    @Test func `faults that repeat themselves are limited, jobs' lives are not`() throws {
        let sink = Sink()
        let logger = LogControl(level: .info, sink: sink).logger("test")
        for _ in 0..<100 { logger.log(.callbackFailed, ["reason": "no"]) }
        for _ in 0..<100 { logger.log(.jobDone) }
        #expect((20...22).contains(sink.messages.count { $0 == "callback failed" }))
        #expect(sink.messages.count { $0 == "job done" } == 100)
    }

    @Test func `a JSON line is one object, whatever the fields hold`() throws {
        let line = LogLine(
            level: .info, message: "m",
            metadata: ["a": "x\"\n\u{1B}[31m", "event": .stringConvertible(EventKind.jobDone)],
            file: "f", line: 1, function: "g")
        let text = LogText(line).json(at: "t")
        #expect(text.utf8.count { $0 == 0x0A } == 1 && text.hasSuffix("\n"))
        let document = try JSONDocument(Array(text.utf8), field: "line", limit: 10_000)
        #expect(document["event"]?.string == "job_done")
        #expect(document["a"]?.string == "x\"\n\u{1B}[31m")
    }

    @Test func `a text line reads by itself, and keeps the fields for a search`() {
        let fields: Logger.Metadata = [
            "job_id": "1aded0bb-0000-4000-8000-000000000000", "use_case": "extract", "code": "timeout",
            "seconds": .seconds(.milliseconds(120_040)), "attempt": .number(2), "max_attempts": .number(3),
        ]
        let text = LogText(LogLine(.jobError, fields)).text(at: "t", coloured: false)
        let sentence = "job 1aded0bb (extract) failed: timeout after 120.040 s, attempt 2 of 3"
        #expect(text.hasPrefix("t warning  \(sentence) attempt=2 code=timeout job_id=1aded0bb-0000-4000-"), "\(text)")
    }

    @Test func `a reason stands in the sentence alone`() {
        let text = LogText(LogLine(.storeAway, ["reason": "no route"])).text(at: "t", coloured: false)
        #expect(text == "t warning  the store does not answer; waiting for it: no route\n")
    }

    @Test func `numbers are numbers in JSON, texts are texts`() throws {
        let line = LogLine(
            .jobDone,
            ["attempt": .number(2), "seconds": .seconds(.milliseconds(1042)), "client_id": "7", "request_id": "1.5"])
        let text = LogText(line.repeated(3)).json(at: "t")
        #expect(
            text.contains(#""attempt":2,"client_id":"7","request_id":"1.5","seconds":1.042,"left_out":3}"#), "\(text)")
        #expect(text.contains(#""message":"job done""#))
    }

    @Test func `the ends of jobs are never left out`() {
        let sink = Sink()
        let logger = LogControl(level: .info, sink: sink).logger("test")
        for _ in 0..<100 { logger.log(.jobError, ["code": "timeout"]) }
        #expect(sink.messages.count == 100)
    }

    @Test func `nothing a field holds can steer a terminal`() {
        let line = LogLine(
            level: .info, message: "m", metadata: ["a": "\u{1B}]0;evil\u{07}", "b": "\u{9B}31m"], file: "f", line: 1,
            function: "g")
        let text = LogText(line).text(at: "t", coloured: false)
        #expect(!text.unicodeScalars.dropLast().contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    }
}
