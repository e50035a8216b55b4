import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ExecFloodTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func `a flood on standard error holds nothing up and leaves its end`() async throws {
        let report = try await workshop.run(
            shell: #"head -c 64M /dev/zero | tr '\0' x >&2; echo the end >&2; echo '{}'"#)
        #expect(report.response != nil)
        #expect(workshop.logTail.utf8.count == 64 << 10)
        #expect(workshop.logTail.hasSuffix("x" + "the end\n"))
    }

    @Test func `a flood of lines is logged in part, the rest is counted`() async throws {
        _ = try await workshop.run(shell: "seq 1 300000 >&2; echo '{}'")
        #expect(workshop.logTail.hasSuffix("\n300000\n"))
        let dropped = workshop.log.lines.filter { $0.message == "pipeline stderr too fast" }
            .compactMap { $0.metadata["dropped_lines"].flatMap(Int.init) }
        #expect(workshop.log.errors.count + dropped.reduce(0, +) == 300_000)
        #expect(workshop.log.errors.count >= 1000)
    }

    @Test func `a flood on standard output ends the child`() async throws {
        let report = try await workshop.run(shell: #"head -c 1G /dev/zero | tr '\0' x"#)
        #expect(report.isDiscard && report.error?.code == "output_too_large")
        #expect(report.exit == .signalled(9))
    }

    @Test func `a flood without end on both ends the child`() async throws {
        let report = try await workshop.run(shell: "yes >&2 & exec yes")
        #expect(report.error?.code == "output_too_large")
    }

    @Test(arguments: [4 << 20, (4 << 20) + 1])
    func `4 MiB are a response, one byte more is too much`(bytes: Int) async throws {
        let report = try await workshop.run(
            try workshop.python("print('{\"a\":\"' + 'x' * (\(bytes) - 9) + '\"}')"))
        #expect(report.response != nil || report.error?.code == "output_too_large")
        #expect((report.response != nil) == (bytes == 4 << 20))
    }

    @Test func `an output that is too large counts even when the child had ended`() async throws {
        let report = try await workshop.run(shell: #"head -c 5M /dev/zero; exit 0"#)
        #expect(report.error?.code == "output_too_large")
    }

    @Test(arguments: ["exit 0", "exec <&-; exit 0", "exec sleep 0.1", "read -r x; exit 0", "head -c 100000 >/dev/null"])
    func `a child that doesn't read its request holds nothing up`(script: String) async throws {
        let request = try RequestIX.sample(#"{"context":"\#(String(repeating: "x", count: 1_000_000))"}"#)
        let report = try await workshop.run(shell: "echo '{}'; \(script)", request)
        #expect(report.response != nil && report.exit == .exited(0))
    }

    @Test func `a request of 1 MiB arrives whole, however slowly it is read`() async throws {
        let text = String(repeating: "x", count: 1_000_000)
        let report = try await workshop.run(
            try workshop.python(
                """
                import sys, json, time
                line = b""
                while chunk := sys.stdin.buffer.raw.read(50000):
                    line += chunk
                print(json.dumps({"bytes": len(json.loads(line)["context"]), "lines": line.count(b"\\n")}))
                """), .sample(#"{"context":"\#(text)"}"#))
        #expect(report.response?.document.text.contains(#""bytes": 1000000, "lines": 1"#) == true)
    }

    @Test func `memory has a limit from the first instruction on`() async throws {
        let report = try await workshop.run(
            try workshop.python("x = bytearray(4 << 30); print('{}')", limits: ProcessLimits(memoryBytes: 512 << 20)))
        #expect(report.error?.code == "pipeline_failed")
        #expect(report.error?.detail?.contains("MemoryError") == true)
        let small = try await workshop.run(
            try workshop.python("print('{}')", limits: ProcessLimits(memoryBytes: 512 << 20)))
        #expect(small.response != nil)
    }

    @Test func `the memory limit hands arguments and exit statuses on`() async throws {
        let pipeline = try workshop.pipeline(
            ["sh", "-c", "echo \"$0 $*\" >&2; exit 75", "--as=1", "--", "x"],
            limits: ProcessLimits(memoryBytes: 512 << 20))
        let report = try await workshop.run(pipeline)
        #expect(report.exit == .exited(75) && workshop.logTail == "--as=1 -- x\n")
        let missing = try workshop.pipeline(["no-such-program"], limits: ProcessLimits(memoryBytes: 512 << 20))
        #expect(try await workshop.run(missing).error?.code == "pipeline_misconfigured")
    }
}
