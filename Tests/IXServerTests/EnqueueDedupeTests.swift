import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

/// Jobs with a dedupe_key, and clients with as many waiting jobs as their queue allows, over HTTP.
@Suite(.timeLimit(.minutes(2))) struct EnqueueDedupeTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `a request that another job answers for is no problem, and a replacement names the other`(
        _ kind: ServedStore.Kind
    ) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let first = try await served.post(
                "/v1/jobs", token, #"{"use_case":"a","request_id":"1","dedupe_key":"k"}"#)
            let id = try #require(try first.object()["job_id"]?.string)
            #expect(first.status == 201 && !first.body.contains("replaces"), "\(first.body)")
            let second = try await served.post(
                "/v1/jobs", token, #"{"use_case":"a","request_id":"2","dedupe_key":"k","n":1}"#)
            #expect(try second.status == 200 && second.object()["job_id"]?.string == id, "\(second.body)")
            #expect(try second.object()["duplicate"]?.text == "true" && second.object()["differs"]?.text == "false")
            let third = try await served.post(
                "/v1/jobs", token, #"{"use_case":"a","request_id":"3","dedupe_key":"k","dedupe":"replace"}"#)
            #expect(try third.status == 201 && third.object()["replaces"]?.string == id, "\(third.body)")
            let wrong = try await served.post("/v1/jobs", token, #"{"use_case":"a","request_id":"4","dedupe":"skip"}"#)
            #expect(try wrong.status == 422 && wrong.object()["field"]?.string == "dedupe_key", "\(wrong.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a repeat whose job is pruned names the job`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let body = { (id: Int) in #"{"use_case":"a","request_id":"\#(id)","dedupe_key":"k"}"# }
            let id = try #require(try await served.post("/v1/jobs", token, body(1)).object()["job_id"]?.string)
            #expect(try await served.post("/v1/jobs", token, body(2)).status == 200)
            #expect(try await served.post("/v1/jobs/\(id)/cancel", token).status == 200)
            _ = try await served.store.perform { try $0.prune(Retention(error: .zero), from: nil, limit: 10) }
            let again = try await served.post("/v1/jobs", token, body(2))
            #expect(try again.status == 410 && again.problem == "pruned" && again.object()["job_id"]?.string == id)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a full client gets 429 with words and a time, and a line of a batch says the same`(_ kind: ServedStore.Kind)
        async throws
    {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            let set = try await served.post("/v1/queues/a", token, #"{"client_depth":1}"#)
            #expect(try set.status == 200 && set.object()["client_depth"]?.text == "1", "\(set.body)")
            let body = { (id: Int) in #"{"use_case":"a","ix_client_id":"shop","request_id":"\#(id)"}"# }
            #expect(try await served.post("/v1/jobs", token, body(1)).status == 201)
            let full = try await served.post("/v1/jobs", token, body(2))
            #expect(full.status == 429 && full.problem == "queue_full", "\(full.body)")
            #expect(
                full.body.contains("client_id shop: 1 jobs wait in queue a, limit 1")
                    && full.headers.first(name: "retry-after") != nil)
            #expect(try await served.post("/v1/jobs", token, body(1)).status == 200)
            let batch = try await served.post(
                "/v1/jobs/batch", token, body(3) + "\n" + body(1) + "\n", type: "application/x-ndjson")
            #expect(
                batch.body.contains("/problems/queue_full") && batch.body.contains(#""refused":1"#), "\(batch.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a job waits for others over HTTP, and says for what`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let parent = try #require(
                try await served.post("/v1/jobs", token, #"{"use_case":"a","request_id":"1"}"#).object()["job_id"]?
                    .string)
            let body = #"{"use_case":"a","request_id":"2","after":["\#(parent)"],"on_failure":"run"}"#
            let child = try await served.post("/v1/jobs", token, body)
            let id = try #require(try child.object()["job_id"]?.string, "\(child.body)")
            let job = try await served.get("/v1/jobs/\(id)", token).object()
            #expect(job["line"]?.string == "wait: for job \(parent)" && job["status"]?.string == "pending")
            for (members, field) in [
                (#""after":["x"]"#, "after"),
                (#""after":[""# + String(repeating: "0", count: 8) + #"-0000-4000-8000-000000000000"]"#, "after"),
                (#""after":"\#(parent)""#, "after"), (#""on_failure":"run""#, "on_failure"),
                (#""after":["\#(parent)"],"on_failure":"stop""#, "on_failure"),
            ] {
                let wrong = try await served.post("/v1/jobs", token, #"{"use_case":"a","request_id":"3",\#(members)}"#)
                #expect(try wrong.status == 422 && wrong.object()["field"]?.string == field, "\(wrong.body)")
            }
        }
    }
}
