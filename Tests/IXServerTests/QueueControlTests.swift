import FoundationEssentials
import IXCore
import IXStore
import Testing

@testable import IXServer

/// Queues and groups over HTTP.
@Suite(.timeLimit(.minutes(3))) struct QueueControlTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `an operator limits and pauses a queue, and a job says why it waits`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in try await Self.operate(served) }
    }

    @Test func `the login of the server has the rights for it`() async throws {
        try await ServedStore.withServerLogin { served in try await Self.operate(served) }
    }

    private static func operate(_ served: ServedStore) async throws {
        let token = try await served.token(.operator)
        let producer = try await served.token(.producer, client: "shop")
        let set = try await served.post(
            "/v1/queues/extract", token, #"{"group_concurrency":2,"use_cases":["extract"]}"#)
        #expect(try set.status == 200 && set.object()["group_concurrency"]?.text == "2", "\(set.body)")
        let body = #"{"use_case":"extract","request_id":"a","group_key":"acme","priority":-3}"#
        let inserted = try await served.post("/v1/jobs", producer, body)
        #expect(inserted.status == 201, "\(inserted.body)")
        let id = try #require(try inserted.object()["job_id"]?.string)
        let paused = try await served.post("/v1/queues/extract/pause", token)
        #expect(try paused.status == 200 && paused.object()["changed"]?.text == "true", "\(paused.body)")
        let job = try await served.get("/v1/jobs/\(id)", producer).object()
        #expect(job["line"]?.string == "line: queue extract is paused" && job["queue"]?.string == "extract")
        #expect(job["group"]?.string == "acme" && job["priority"]?.text == "-3")
        let queues = try await served.get("/v1/queues", token)
        #expect(queues.body.contains(#""waiting":1"#), "\(queues.body)")
        let group = try await served.post(
            "/v1/groups", token, #"{"queue":"extract","group_key":"acme","concurrency":4}"#)
        #expect(group.status == 200, "\(group.body)")
        let groups = try await served.get("/v1/groups?queue=extract", token)
        #expect(groups.body.contains(#""concurrency":4"#), "\(groups.body)")
        let resumed = try await served.post("/v1/queues/extract/resume", token)
        #expect(resumed.status == 200)
        let audit = try await served.get("/v1/audit", token).body
        for action in ["queue_set", "queue_pause", "group_set", "queue_resume"] { #expect(audit.contains(action)) }
    }

    @Test func `a wrong setting is refused with its name`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            for (body, field) in [
                (#"{"concurrency":-1}"#, "concurrency"), (#"{"speed":1}"#, "speed"), (#"{"burst":0}"#, "burst"),
                (#"{"group_by":""}"#, "group_by"), (#"{"rate":5}"#, "rate_seconds"), (#"{"strict":"yes"}"#, "strict"),
            ] {
                let reply = try await served.post("/v1/queues/extract", token, body)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(body) \(reply.body)")
            }
            #expect(try await served.get("/v1/queues/nowhere", token).status == 404)
            for (query, field) in [("queue=a%C2%9B", "queue"), ("queue=a&after=%00", "after"), ("after=a", "queue")] {
                let reply = try await served.get("/v1/groups?\(query)", token)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(query) \(reply.body)")
            }
            let producer = try await served.token(.producer)
            let named = try await served.post(
                "/v1/jobs", producer, #"{"use_case":"u","ix_client_id":"c","request_id":"r","queue":"nowhere"}"#)
            #expect(try named.status == 422 && named.object()["field"]?.string == "queue", "\(named.body)")
        }
    }
}
