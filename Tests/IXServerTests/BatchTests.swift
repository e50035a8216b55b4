import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

/// Batches over HTTP.
@Suite(.timeLimit(.minutes(2))) struct BatchTests {
    private static let finisher =
        #"{"finisher":{"use_case":"merge","request_id":"f"},"batch_on_failure":"fail","open":true}"#

    @Test(arguments: ServedStore.Kind.allCases)
    func `a producer makes, fills, closes, reads and cancels its own batch`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let made = try await served.post("/v1/batches", token, Self.finisher)
            let batch = try #require(try made.object()["batch_id"]?.string, "\(made.body)")
            #expect(made.status == 201 && made.headers.first(name: "location") == "/v1/batches/\(batch)")
            let again = try await served.post("/v1/batches", token, Self.finisher)
            #expect(try again.status == 200 && again.object()["batch_id"]?.string == batch)
            for key in ["a", "b"] {
                let member = #"{"use_case":"page","request_id":"\#(key)","batch_id":"\#(batch)"}"#
                #expect(try await served.post("/v1/jobs", token, member).status == 201)
            }
            let state = try await served.get("/v1/batches/\(batch)", token).object()
            #expect(state["members"]?.text == "2" && state["ended"]?.text == "0" && state["open"]?.text == "true")
            #expect(state["phase"]?.string == "waiting" && state["batch_on_failure"]?.string == "fail")
            let page = try await served.get("/v1/jobs?batch=\(batch)", token).object()
            #expect(page["jobs"]?.elements?.count == 2)
            let job = try await served.get("/v1/jobs/\(batch)", token).object()
            #expect(job["batch"]?.object?["members"]?.text == "2" && job["batch_id"]?.text == "null")
            let closed = try await served.post("/v1/batches/\(batch)/close", token)
            #expect(try closed.status == 200 && closed.object()["result"]?.string == "closed")
            let cancelled = try await served.post("/v1/batches/\(batch)/cancel", token)
            #expect(
                try cancelled.status == 200 && cancelled.object()["result"]?.string == "cancelled", "\(cancelled.body)")
            #expect(try await served.post("/v1/batches/\(batch)/cancel", token).problem == "ended")
            let late = try await served.post(
                "/v1/jobs", token, #"{"use_case":"page","request_id":"c","batch_id":"\#(batch)"}"#)
            #expect(try late.status == 422 && late.object()["field"]?.string == "batch_id", "\(late.body)")
            let audit = try await served.get("/v1/audit", try await served.token(.operator))
            #expect(audit.body.contains("batch_close") && audit.body.contains("batch_cancel"))
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `batches that wait are listed by page, and a producer's token sees its client's alone`(
        _ kind: ServedStore.Kind
    ) async throws {
        try await ServedStore.with(kind) { served in
            let own = try await served.token(.producer, client: "shop")
            let other = try await served.token(.producer, client: "other")
            var ids: [String] = []
            for (token, key) in [(own, "a"), (other, "b"), (own, "c")] {
                let body = #"{"finisher":{"use_case":"merge","request_id":"\#(key)"},"open":true}"#
                let made = try await served.post("/v1/batches", token, body)
                ids.append(try #require(try made.object()["batch_id"]?.string, "\(made.body)"))
            }
            let member = #"{"use_case":"page","request_id":"m","batch_id":"\#(ids[2])"}"#
            #expect(try await served.post("/v1/jobs", own, member).status == 201)
            let mine = try await served.get("/v1/batches", own).object()
            let listed = mine["batches"]?.elements ?? []
            #expect(listed.map { $0.object?["batch_id"]?.string } == [ids[0], ids[2]], "\(mine.text)")
            #expect(listed.map { $0.object?["open_members"]?.text } == ["0", "1"])
            #expect(mine["complete"]?.text == "true" && mine["next"]?.text == "null")
            let reader = try await served.token(.reader)
            let first = try await served.get("/v1/batches?limit=2", reader).object()
            let next = try #require(first["next"]?.string)
            let rest = try await served.get("/v1/batches?after=\(next)", reader).object()
            #expect(rest["batches"]?.elements?.map { $0.object?["batch_id"]?.string } == [ids[2]])
            #expect(try await served.get("/v1/batches?client_id=other", own).status == 404)
            #expect(try await served.get("/v1/batches?after=x", own).status == 422)
            #expect(try await served.get("/v1/batches?limit=501", own).status == 422)
            let jobs = try await served.get("/v1/jobs?status=pending&use_case=merge", own).object()
            let line = jobs["jobs"]?.elements?.map { $0.object?["line"]?.string }
            #expect(line?.count == 2 && line?.last == "wait: for members of its batch", "\(jobs.text)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `another client's batch is unknown, and bad input names its field`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let other = try await served.token(.producer, client: "other")
            let made = try await served.post("/v1/batches", token, Self.finisher)
            let batch = try #require(try made.object()["batch_id"]?.string, "\(made.body)")
            #expect(try await served.get("/v1/batches/\(batch)", other).status == 404)
            for path in ["close", "cancel"] {
                #expect(try await served.post("/v1/batches/\(batch)/\(path)", other).status == 404)
            }
            let strange = try await served.post(
                "/v1/jobs", other, #"{"use_case":"page","request_id":"a","batch_id":"\#(batch)"}"#)
            #expect(try strange.status == 422 && strange.object()["field"]?.string == "batch_id")
            for (body, field) in [
                ("{}", "finisher"),
                (#"{"finisher":{"use_case":"m","request_id":"r"},"batch_on_failure":"x"}"#, "batch_on_failure"),
                (#"{"finisher":{"use_case":"m","request_id":"r"},"open":1}"#, "open"),
                (#"{"finisher":{"use_case":"m","request_id":"r","dedupe_key":"k"}}"#, "dedupe_key"),
                (#"{"finisher":{"use_case":"m","request_id":"r","batch_id":"x"}}"#, "batch_id"),
            ] {
                let wrong = try await served.post("/v1/batches", token, body)
                #expect(try wrong.status == 422 && wrong.object()["field"]?.string == field, "\(wrong.body)")
            }
            #expect(try await served.get("/v1/batches/x", token).status == 404)
            #expect(try await served.get("/v1/jobs?batch=x", token).status == 422)
        }
    }
}
