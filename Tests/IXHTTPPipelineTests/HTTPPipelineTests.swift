import FoundationEssentials
import IXCore
import IXPipelinesSupport
import IXWebhooks
import Testing

@testable import IXHTTPPipeline
@testable import IXPipelines

@Suite(.timeLimit(.minutes(3))) struct HTTPPipelineTests {
    private let service: TestService
    private let workshop: Workshop

    init() async throws {
        workshop = try Workshop()
        service = try await TestService()
    }

    private func run(_ answer: String, _ request: RequestIX? = nil, _ settings: HTTPSettings? = nil) async throws
        -> PipelineReport
    {
        let pipeline = HTTPPipeline(try settings ?? HTTPSettings(url: service.url(answer)), userAgent: "test/1")
        let report = try await pipeline.run(try request ?? .sample(), context: workshop.context(attempts: 1))
        await pipeline.close()
        return report
    }

    @Test func `the request is posted with what makes it safe to repeat`() async throws {
        _ = try await run("200")
        let seen = try #require(await service.requests().first)
        #expect(seen.body == (try RequestIX.sample()).document.text)
        #expect(UUID(uuidString: seen.headers["idempotency-key"] ?? "") != nil)
        #expect(seen.headers["x-ix-attempt"] == "2" && seen.headers["x-ix-deadline"]?.hasSuffix("Z") == true)
        #expect(seen.headers["traceparent"]?.hasPrefix("00-") == true && seen.headers["user-agent"] == "test/1")
        #expect(seen.headers["content-type"] == "application/json" && seen.headers["webhook-id"] == nil)
    }

    @Test func `a caller's tracestate goes to the service`() async throws {
        let pipeline = HTTPPipeline(try HTTPSettings(url: service.url("200")), userAgent: "test/1")
        _ = try await pipeline.run(try .sample(), context: workshop.context(traceState: "vendor=1"))
        await pipeline.close()
        #expect(await service.requests().first?.headers["tracestate"] == "vendor=1")
    }

    @Test func `the answer of a 2xx is the response`() async throws {
        #expect(try await run("200").response?.document["n"]?.text == "1.10")
        #expect(try await run("201").response != nil)
    }

    @Test(arguments: [408, 425, 429])
    func `a service that has no room now is asked again`(status: Int) async throws {
        let report = try await run("\(status)")
        #expect(report.isRetry && report.error?.code == "pipeline_retry" && report.fault == nil)
    }

    @Test(arguments: [500, 502, 503, 504])
    func `a service that fails is asked again, and its breaker counts it`(status: Int) async throws {
        let report = try await run("\(status)")
        #expect(report.isRetry && report.error?.code == "pipeline_unavailable")
        #expect(report.fault == PipelineFault("status \(status)", isUnstarted: false))
    }

    @Test(arguments: ["000", "099"])
    func `a status that no answer can have ends its own job's run and not the process`(status: String) async throws {
        let report = try await run("raw?status=\(status)")
        #expect(report.isRetry && report.error?.code == "pipeline_unavailable")
        #expect(report.error?.message.contains("which no answer can have") == true)
        #expect(report.fault?.isUnstarted == false)
    }

    @Test(arguments: [301, 302, 307, 308, 400, 401, 404, 409, 422])
    func `a refusal is final, and a redirect is one`(status: Int) async throws {
        let report = try await run("\(status)")
        #expect(report.isDiscard && report.error?.code == "pipeline_discarded" && report.fault == nil)
        #expect(report.error?.message == "the service answered \(status)")
        #expect(await service.requests().count == 1)
    }

    @Test(arguments: [("retry-after=7", 7), ("retry-after=0", 1), ("retry-after=9999999", 86_400)])
    func `Retry-After is honoured within 1 s and 24 h, and holds the pipeline at no cost`(
        header: String, seconds: Int
    ) async throws {
        for status in [429, 503] {
            let report = try await run("\(status)?\(header)")
            guard case .retry(let pause, _) = report.outcome else { return #expect(Bool(false)) }
            #expect(pause == .seconds(seconds))
            #expect(report.fault?.isUnstarted == true && report.fault?.hold == .seconds(seconds))
        }
    }

    @Test func `Retry-After may be a date`() throws {
        let answer = HTTPAnswer(status: 503, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT", body: [], overflowed: false)
        let settings = try HTTPSettings(url: "http://x/")
        let now = Date(timeIntervalSince1970: 784_111_777 - 90)
        guard case .retry(let pause, _) = answer.report(settings, now: now).outcome else { return #expect(Bool(false)) }
        #expect(pause == .seconds(90))
    }

    @Test(arguments: ["empty", "text", "list", "nul"])
    func `an answer that is no response is refused with a reason`(body: String) async throws {
        let report = try await run("200?body=\(body)")
        #expect(report.isDiscard && report.error?.code == "bad_output")
    }

    @Test func `an answer without end is read to a response's limit`() async throws {
        let report = try await run("200?body=endless")
        #expect(report.error?.code == "output_too_large")
    }

    @Test func `a service that isn't there costs no start`() async throws {
        let report = try await run("", nil, try HTTPSettings(url: "http://127.0.0.1:1/"))
        #expect(
            report.isRetry && report.fault?.isUnstarted == true && report.error?.code == "pipeline_unavailable",
            "\(report)")
    }

    @Test func `a connection that breaks after the request costs one`() async throws {
        let report = try await run("hangup")
        #expect(report.isRetry && report.fault?.isUnstarted == false)
    }

    @Test func `a cancel ends the wait`() async throws {
        let task = Task { try await run("slow") }
        while await service.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(try await task.value.outcome == .cancelled)
    }

    @Test func `a member of the request is posted, and the answer becomes one of the response`() async throws {
        let settings = try HTTPSettings(url: service.url("200"), requestMember: "context.chat", responseMember: "chat")
        let request = try RequestIX.sample(#"{"context":{"chat":{"model":"m","messages":[]}}}"#)
        let report = try await run("", request, settings)
        #expect(await service.requests().first?.body == #"{"model":"m","messages":[]}"#)
        #expect(report.response?.errorCode == nil && report.response?.document["chat"]?.object?["n"]?.text == "1.10")
        let missing = try await run("", nil, settings)
        #expect(missing.isDiscard && missing.error?.code == "bad_request")
    }

    @Test func `requests are signed as the specification's example is`() throws {
        // The values of the reference libraries' own tests.
        let signature = try WebhookSignature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let headers = signature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: #"{"test": 2432232314}"#)
        #expect(headers.last?.value == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: ["ftp://x/", "/jobs", "http:///x", ""])
    func `a URL that isn't one is refused`(url: String) {
        #expect(throws: InvalidInput.self) { try HTTPSettings(url: url) }
    }

    @Test func `bad headers and secrets are refused`() {
        #expect(throws: InvalidInput.self) { try HTTPSettings(url: "http://x/", headers: ["a b": "c"]) }
        #expect(throws: InvalidInput.self) { try HTTPSettings(url: "http://x/", headers: ["a": "c\r\nd: e"]) }
        #expect(throws: InvalidInput.self) { try HTTPSettings(url: "http://x/", signingSecrets: "whsec_short") }
    }
}
