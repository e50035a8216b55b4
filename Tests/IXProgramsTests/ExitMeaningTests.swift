import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite struct ExitMeaningTests {
    private func outcome(
        _ exit: ExitStatus, output: String = "{}", log: String = "", retryAfter: Duration? = nil,
        retryExitCodes: Set<Int32> = []
    ) -> Outcome {
        var buffer = ResponseBuffer()
        Array(output.utf8).withUnsafeBytes { buffer.append($0) }
        return ExitMeaning(
            exit: exit, output: buffer, logTail: log, retryAfter: retryAfter, retryExitCodes: retryExitCodes
        ).outcome
    }

    private func code(_ outcome: Outcome) -> String? { PipelineReport(outcome).error?.code }

    @Test func `exit 0 completes with the response`() throws {
        let response = try ResponseIX(JSONDocument(response: #"{"error":{"code":"no","message":"m"},"x":1}"#))
        #expect(outcome(.exited(0), output: response.document.text + "\n") == .complete(response))
    }

    @Test(arguments: [
        "", "\n", "hello", "[1]", "{} {}", #"{"a":"#, #"{"a":"\u0000"}"#, #"{"a":"\ud800"}"#, #"{"error":"text"}"#,
        #"{"error":{"message":"no code"}}"#, "\u{FEFF}{}",
    ])
    func `exit 0 without a response is a bad output`(output: String) {
        #expect(code(outcome(.exited(0), output: output)) == "bad_output")
    }

    @Test func `a bad output shows its first bytes, printable`() {
        let report = PipelineReport(outcome(.exited(0), output: "\u{1B}[31m" + String(repeating: "x", count: 5000)))
        #expect(report.error?.detail?.hasPrefix("\\u{1b}[31mxxx") == true)
        #expect((report.error?.detail?.utf8.count ?? .max) <= 200)
    }

    @Test func `exit 75 asks for another attempt, when the control file says so after that time`() throws {
        let error = PipelineReport(outcome(.exited(75))).error
        #expect(outcome(.exited(75)) == .retry(after: nil, try #require(error)))
        #expect(error?.code == "pipeline_retry")
        for exit in [ExitStatus.exited(0), .exited(75)] {
            guard case .retry(.seconds(30), _) = outcome(exit, retryAfter: .seconds(30)) else {
                Issue.record("\(exit) took no notice of the wait")
                continue
            }
        }
        #expect(code(outcome(.exited(65), retryAfter: .seconds(30))) == "pipeline_discarded")
    }

    @Test(arguments: [64, 65, 66, 67, 68, 76, 77, 78] as [Int32])
    func `exits 64–68 and 76–78 discard the job`(exit: Int32) throws {
        #expect(PipelineReport(outcome(.exited(exit))).isDiscard)
        #expect(code(outcome(.exited(exit), output: "")) == "pipeline_discarded")
        let response = try ResponseIX(JSONDocument(response: #"{"error":{"code":"no_page","message":"m"}}"#))
        #expect(outcome(.exited(exit), output: response.document.text) == .complete(response))
    }

    @Test(arguments: [126, 127] as [Int32])
    func `exits 126 and 127 hand the job back as misconfigured`(exit: Int32) {
        #expect(PipelineReport(outcome(.exited(exit))).isRetry)
        #expect(code(outcome(.exited(exit))) == "pipeline_misconfigured")
    }

    @Test(arguments: [.exited(1), .exited(63), .exited(69), .exited(74), .exited(255), .signalled(9)] as [ExitStatus])
    func `any other end is an error`(exit: ExitStatus) {
        let report = PipelineReport(outcome(exit, log: "noise\nlast words\n"))
        #expect(report.isDiscard && report.error?.code == "pipeline_failed")
        #expect(report.error?.message.contains(exit.description) == true)
        #expect(report.error?.detail == "noise\nlast words")
    }

    @Test func `an error's detail is 2 KiB of the log at most`() {
        let log = (0..<1000).map { "line \($0)" }.joined(separator: "\n")
        let detail = PipelineReport(outcome(.exited(1), log: log)).error?.detail ?? ""
        #expect(detail.hasSuffix("line 999") && detail.hasPrefix("line ") && detail.utf8.count <= 2048)
    }
}
