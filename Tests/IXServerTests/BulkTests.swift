import FoundationEssentials
import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct BulkTests {
    private static let body = #""action":"cancel","filter":{"client_id":"shop"}"#

    @Test(arguments: ServedStore.Kind.allCases)
    func `an operation changes what its preview showed, and no later job`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            let jobs = try (0..<620).map { try NewJob(RequestIX(JSONDocument(request: ServedStore.job("\($0)")))) }
            _ = try await served.store.perform { try $0.insertPendingBatch(jobs) }
            _ = try await served.enqueue("north", token, client: "north")
            let preview = try await served.post("/v1/bulk/preview", token, "{\(Self.body)}")
            #expect(preview.status == 200, "\(preview.body)")
            let object = try preview.object()
            #expect(object["count"]?.text == "620" && object["sample"]?.elements?.count == 10)
            let confirm = try #require(object["confirm"]?.string)
            let later = try await served.enqueue("later", token)
            let other = try await served.post(
                "/v1/bulk", token, #"{"action":"cancel","filter":{"client_id":"north"},"confirm":"\#(confirm)"}"#)
            #expect(other.problem == "preview_outdated")
            let stranger = try await served.post(
                "/v1/bulk", served.token(.operator), #"{\#(Self.body),"confirm":"\#(confirm)"}"#)
            #expect(stranger.problem == "preview_outdated")
            let started = try await served.post("/v1/bulk", token, #"{\#(Self.body),"confirm":"\#(confirm)"}"#)
            #expect(started.status == 202, "\(started.body)")
            let again = try await served.post("/v1/bulk", token, #"{\#(Self.body),"confirm":"\#(confirm)"}"#)
            #expect(again.problem == "preview_outdated")
            let ended = try await Self.end(of: confirm, served, token)
            #expect(ended["state"]?.string == "done" && ended["changed"]?.text == "620", "\(ended)")
            let left = try await served.store.perform {
                try $0.list(JobFilter(statuses: [.pending]), after: nil, limit: 10)
            }
            #expect(left.map { $0.names.requestID } == ["later", "north"])
            #expect(try await served.get("/v1/jobs/\(later)", token).object()["status"]?.string == "pending")
            let audit = try await served.get("/v1/audit", token)
            #expect(audit.body.contains("bulk_cancel"))
        }
    }

    @Test(arguments: [
        (#"{"action":"erase","filter":{}}"#, "action"), (#"{"action":"cancel","filter":{}}"#, "filter"),
        (#"{"action":"cancel"}"#, "filter"), (#"{"action":"cancel","filter":{"stats":"x"}}"#, "stats"),
        (#"{"action":"cancel","filter":{"status":1}}"#, "filter.status"), (#"{"act":1}"#, "act"),
        (#"{"action":"cancel","filter":{"client_id":"c"},"all":{}}"#, "all"),
    ])
    func `a preview that means nothing is refused by its member`(_ body: String, _ field: String) async throws {
        try await ServedStore.with { served in
            let reply = try await served.post("/v1/bulk/preview", served.token(.operator), body)
            let found = try reply.object()["field"]?.string
            #expect(reply.status == 422 && found == field, "\(reply.body)")
        }
    }

    /// Asks for the operation until it has ended.
    private static func end(of id: String, _ served: ServedStore, _ token: String) async throws -> JSONDocument {
        var pause = Backoff(first: .milliseconds(20), limit: .milliseconds(200))
        while true {
            let operation = try await served.get("/v1/operations/\(id)", token).object()
            if operation["state"]?.string != "running" { return operation }
            try await Task.sleep(for: pause.next())
        }
    }
}
