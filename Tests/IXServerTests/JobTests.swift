import FoundationEssentials
import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct JobTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `a job is shown, cancelled and resubmitted, and each change is in the audit`(
        _ kind: ServedStore.Kind
    ) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let id = try await served.enqueue("1", token)
            let job = try await served.get("/v1/jobs/\(id)?include=attempts,progress,callback", token)
            #expect(try job.status == 200 && (job.object()["status"]?.string) == "pending", "\(job.body)")
            #expect(try job.object()["callback"]?.isNull == true)
            let tag = try #require(job.headers.first(name: "etag"))
            let same = try await served.get(
                "/v1/jobs/\(id)?include=attempts,progress,callback", token, [("if-none-match", tag)])
            #expect(same.status == 304)
            #expect(try await served.get("/v1/jobs/lookup?request_id=1", token).status == 200)
            #expect(try await served.get("/v1/jobs/\(id)/response", token).status == 404)
            #expect(try await served.post("/v1/jobs/\(id)/resubmit", token).problem == "not_ended")
            #expect(try await served.post("/v1/jobs/\(id)/cancel", token).status == 200)
            #expect(try await served.post("/v1/jobs/\(id)/cancel", token).problem == "ended")
            #expect(try await served.get("/v1/jobs/\(id)/response", token).body.contains("cancelled"))
            #expect(try await served.post("/v1/jobs/\(id)/callback/redeliver", token).problem == "no_url")
            let again = try await served.post("/v1/jobs/\(id)/resubmit", token, #"{"request_id":"1b"}"#)
            #expect(again.status == 201, "\(again.body)")
            #expect(try await served.post("/v1/jobs/\(id)/resubmit", token, #"{"request_id":"1b"}"#).status == 200)
            let audit = try await served.get("/v1/audit", served.token(.operator))
            let entries = try audit.object()["entries"]?.elements?.compactMap { $0.object?["action"]?.string }
            #expect(entries == ["resubmit", "resubmit", "cancel"], "\(audit.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `the beginning of an id finds the caller's job alone`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let (shop, north) = (
                try await served.token(.producer, client: "shop"), try await served.token(.producer, client: "north")
            )
            let id = try await served.enqueue("1", shop)
            let path = "/v1/jobs/lookup?job_id="
            for text in [String(id.prefix(6)), id, id.uppercased(), String(id.prefix(10))] {
                let found = try await served.get(path + text, shop)
                #expect(try found.status == 200 && (found.object()["job_id"]?.string) == id, "\(text) \(found.body)")
            }
            #expect(try await served.get(path + id.prefix(6), north).status == 404)
            #expect(try await served.get(path + id.prefix(6) + "&client_id=other", served.token(.reader)).status == 404)
            for text in ["", "abc", "xyz1", "1234-5678", id + "0", String(id.prefix(8)) + "&request_id=1"] {
                let refused = try await served.get(path + text, shop)
                #expect(refused.status == 422 && refused.body.contains("job_id"), "\(text) \(refused.body)")
            }
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a wait ends with the job, and with its time`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let id = try await served.enqueue("1", token)
            let short = try await served.get("/v1/jobs/\(id)?wait=0.3s", token)
            #expect(try short.status == 200 && (short.object()["status"]?.string) == "pending")
            async let waited = served.get("/v1/jobs/\(id)?wait=30s", token)
            #expect(try await served.post("/v1/jobs/\(id)/cancel", token).status == 200)
            let reply = try await waited
            #expect(try reply.object()["status"]?.string == "error", "\(reply.body)")
            let late = try await served.post("/v1/jobs?wait=0.2s", token, ServedStore.job("2"))
            #expect(late.status == 202)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `pages meet every job once, newest first`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.reader)
            let jobs = try (0..<25).map {
                try NewJob(
                    RequestIX(JSONDocument(request: ServedStore.job("\($0)", client: $0 % 5 == 0 ? "north" : "shop"))))
            }
            _ = try await served.store.perform { try $0.insertPendingBatch(jobs) }
            var (keys, path): ([String], String?) = ([], "/v1/jobs?limit=10")
            var pages = 0
            while let next = path {
                let page = try await served.get(next, token)
                let object = try page.object()
                keys += (object["jobs"]?.elements ?? []).compactMap { $0.object?["request_id"]?.string }
                let isLast = object["next"]?.isNull == true
                #expect(object["complete"]?.text == "\(isLast)")
                let link = page.headers.first(name: "link")
                path = link.flatMap { $0.split(separator: ">").first.map { String($0.dropFirst()) } }
                pages += 1
            }
            #expect(keys.count == 25 && Set(keys).count == 25 && pages >= 3)
            let north = try await served.get("/v1/jobs?client_id=north&status=pending,done", token)
            #expect(try north.object()["jobs"]?.elements?.count == 5)
            let lines = try await served.get("/v1/jobs", token, [("accept", "application/x-ndjson")])
            #expect(lines.body.split(separator: "\n").count == 25)
            let wrong = try await served.get("/v1/jobs?stats=done", token)
            #expect(wrong.status == 422 && wrong.body.contains("did you mean status"), "\(wrong.body)")
        }
    }
}
