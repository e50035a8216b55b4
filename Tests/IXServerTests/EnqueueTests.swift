import FoundationEssentials
import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct EnqueueTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `a job is enqueued once for its keys`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let first = try await served.post("/v1/jobs", token, ServedStore.job("1"))
            #expect(first.status == 201, "\(first.body)")
            let object = try first.object()
            let jobID = try #require(object["job_id"]?.string)
            #expect(first.headers.first(name: "location") == "/v1/jobs/\(jobID)")
            #expect(object["status"]?.string == "pending" && object["duplicate"]?.text == "false")
            let again = try await served.post("/v1/jobs", token, ServedStore.job("1"))
            #expect(try again.status == 200 && (again.object()["duplicate"]?.text) == "true")
            let other = try await served.post("/v1/jobs", token, ServedStore.job("1", useCase: "other"))
            #expect(other.status == 409 && other.problem == "request_differs")
            #expect(try other.object()["job_id"]?.string == jobID)
            let lenient = try await served.post(
                "/v1/jobs", token, ServedStore.job("1", useCase: "other"), [("prefer", "handling=lenient")])
            #expect(try lenient.status == 200 && (lenient.object()["differs"]?.text) == "true")
            let stored = try await served.get("/v1/jobs/\(jobID)/request", token)
            #expect(stored.status == 200 && stored.body.contains("1.10"), "\(stored.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `jobs that arrive together are each inserted once`(_ kind: ServedStore.Kind) async throws {
        // A busy machine is no overloaded store.
        try await ServedStore.with(kind, { $0.limits.queueTime = .seconds(60) }) { served in
            let token = try await served.token(.producer, client: "shop")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<100 {
                    group.addTask { try await served.post("/v1/jobs", token, ServedStore.job("\(index / 2)")).status }
                }
                var statuses: [Int: Int] = [:]
                for try await status in group { statuses[status, default: 0] += 1 }
                #expect(statuses == [201: 50, 200: 50])
            }
            let found = try await served.store.perform { try $0.list(JobFilter(), after: nil, limit: 100) }
            #expect(found.count == 50)
        }
    }

    @Test func `the key may stand in a header, and only there or there`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.producer, client: "shop")
            let body = #"{"use_case":"a"}"#
            #expect(try await served.post("/v1/jobs", token, body, [("idempotency-key", "k1")]).status == 201)
            #expect(try await served.post("/v1/jobs", token, body, [("idempotency-key", "k1")]).status == 200)
            let none = try await served.post("/v1/jobs", token, body)
            #expect(try none.status == 422 && (none.object()["field"]?.string) == "request_id")
            let both = try await served.post("/v1/jobs", token, ServedStore.job("1"), [("idempotency-key", "2")])
            #expect(try both.status == 422 && (both.object()["field"]?.string) == "request_id")
        }
    }

    @Test(arguments: [
        ("{", "application/json", 400, "bad_request"), ("[]", "application/json", 400, "bad_request"),
        ("{}", "application/json", 422, "bad_request"), ("{}", "text/plain", 415, "unsupported_media_type"),
        (#"{"use_case":"a","request_id":"1","run_at":"soon"}"#, "application/json", 422, "bad_request"),
        (#"{"use_case":"a","request_id":"1","callback_url":"ftp://x"}"#, "application/json", 422, "bad_request"),
        (#"{"use_case":"a","request_id":"1","ix_client_id":"other"}"#, "application/json", 403, "forbidden"),
        (#"{"use_case":"a","request_id":"\u0000"}"#, "application/json", 422, "bad_request"),
    ])
    func `a body that makes no job is refused by its fault`(
        _ body: String, _ type: String, _ status: Int, _ problem: String
    ) async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.producer, client: "shop")
            let reply = try await served.post("/v1/jobs", token, body, type: type)
            #expect(reply.status == status && reply.problem == problem, "\(reply.body)")
            #expect(reply.headers.first(name: "x-request-id") != nil)
        }
    }

    @Test func `a body over its limit is refused before it is read`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.producer, client: "shop")
            let text = String(repeating: "x", count: 1_200_000)
            let large = try await served.post("/v1/jobs", token, #"{"use_case":"a","request_id":"1","t":"\#(text)"}"#)
            #expect(large.status == 413 && large.problem == "too_large", "\(large.body)")
            let request = String(repeating: "x", count: (1 << 20) + 10)
            let over = try await served.post("/v1/jobs", token, #"{"use_case":"a","request_id":"1","t":"\#(request)"}"#)
            #expect(try over.status == 413 && (over.object()["limit"]?.text) == "1048576", "\(over.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a batch answers a line for each line and ends with the counts`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            _ = try await served.enqueue("0", token)
            var lines = (0..<1200).map { ServedStore.job("\($0)") }
            lines[7] = "{"
            lines[8] = ServedStore.job("0", useCase: "other")
            lines.insert("", at: 3)
            let reply = try await served.post(
                "/v1/jobs/batch", token, lines.joined(separator: "\n"), type: "application/x-ndjson")
            #expect(reply.status == 200)
            let answers = try reply.body.split(separator: "\n").map { try JSONDocument(response: String($0)) }
            #expect(answers.count == 1201)
            #expect(answers[0]["duplicate"]?.text == "true" && answers[1]["duplicate"]?.text == "false")
            #expect(answers[7]["problem"]?.object?["type"]?.string == "/problems/bad_request")
            #expect(answers[8]["problem"]?.object?["type"]?.string == "/problems/request_differs")
            #expect(answers.last?.text == #"{"end":true,"jobs":1199,"refused":1}"#)
        }
    }
}
