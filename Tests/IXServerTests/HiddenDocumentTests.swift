import COpenAPI
import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTestSupport
import Testing

@testable import IXServer

/// What a token without documents, and a mask, keep from a reader: on every route that shows a job, and in streams.
@Suite(.timeLimit(.minutes(3))) struct HiddenDocumentTests {
    private static let secret = "s3cr3t"

    /// A job with the secret in its request, its attempts' log, its error, its callback's answer; and one that runs, with
    /// the secret in its progress.
    private static func jobs(_ store: any JobStore) async throws -> (ended: UUID, running: UUID) {
        let fields = #"{"context":{"iban":"\#(secret)","list":[{"iban":"\#(secret)"}],"n":1.10}}"#
        let ended = try await store.insert(
            .make("ended", fields, clientID: "shop", callbackURL: "https://caller.example/x")
        ).jobID
        let (first, _) = try await store.claimed()
        let note = AttemptNote(outcome: "error", exitStatus: "exit 1", logTail: "log \(secret)\n")
        _ = try await store.end(
            first, .error(ResponseIX(error: JobError("broken", "message \(secret)"))), note: note)
        let callback = try #require(try await store.dueCallbacks().first)
        let report = DeliveryReport(seconds: 0.25, httpStatus: 500, reason: "status", answer: "answer \(secret)")
        let delivery = DeliveryCompletion(callback, .failed, report: report)
        _ = try await store.perform { try $0.recordDeliveries([delivery]) }
        let running = try await store.insert(.make("running", fields, clientID: "shop")).jobID
        let (second, _) = try await store.claimed()
        let progress = Progress(
            fraction: 0.5, message: "progress \(secret)", logTail: "log \(secret)\n", logBytes: 10 + secret.utf8.count)
        try await store.perform { try $0.recordProgress([ProgressNote(second, progress)]) }
        return (ended, running)
    }

    /// Every route of the document that reads, for both jobs, without the streams.
    private static func paths(_ jobs: (ended: UUID, running: UUID)) throws -> [String] {
        let paths = try #require(JSONDocument(response: String(cString: ix_openapi()))["paths"]?.object)
        let readable = paths.names.filter { paths[$0]?.object?["get"] != nil && !$0.hasSuffix("/events") }
        let ids = [jobs.ended, jobs.running].map { $0.uuidString.lowercased() }
        return readable.flatMap { path in ids.map { path.replacing("{job_id}", with: $0) } }
            + ids.map { "/v1/jobs/\($0)?include=attempts,progress,callback" }
            + ids.map { "/v1/jobs/\($0)/log?attempt=1" } + ["/v1/jobs/lookup?client_id=shop&request_id=ended"]
    }

    /// The stream of the ended job whole, and of the running one up to its log or its status.
    private static func stream(
        _ id: UUID, _ token: String, until mark: String?, _ served: ServedStore
    ) async throws -> String {
        let raw = try RawConnection(served.address)
        defer { raw.end() }
        raw.send(
            "GET /v1/jobs/\(id.uuidString.lowercased())/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Bearer \(token)\r\n\r\n")
        guard let mark else { return await raw.rest() }
        return try await raw.wait(for: mark)
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `without documents no route and no stream shows a text of a run`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let jobs = try await Self.jobs(served.store)
            for role in [AccessRole.reader, .producer, .operator] {
                let blind = try await served.token(role, documents: false)
                let seeing = try await served.token(role)
                var shown = 0
                for path in try Self.paths(jobs) {
                    let reply = try await served.get(path, blind)
                    #expect(!reply.body.contains(Self.secret), "\(role) \(path): \(reply.body)")
                    let isDocument = ["/request", "/response", "/log", "/log?attempt=1"].contains { path.hasSuffix($0) }
                    if isDocument { #expect(reply.status == 403, "\(path)") }
                    if try await served.get(path, seeing).body.contains(Self.secret) { shown += 1 }
                }
                #expect(shown >= 12, "the secret stands where a reader looks: \(shown)")
                let pages = try await served.get("/v1/jobs", blind, [("accept", "application/x-ndjson")])
                #expect(pages.body.contains("broken") && !pages.body.contains(Self.secret))
                let running = try await Self.stream(jobs.running, blind, until: "event: status", served)
                #expect(running.contains("event: progress") && !running.contains(Self.secret), "\(running)")
                let ended = try await Self.stream(jobs.ended, blind, until: nil, served)
                #expect(ended.contains("event: end") && !ended.contains(Self.secret), "\(ended)")
            }
            let body = #"{"action":"resubmit","filter":{"client_id":"shop"}}"#
            let preview = try await served.post("/v1/bulk/preview", served.token(.operator, documents: false), body)
            #expect(preview.body.contains("broken") && !preview.body.contains(Self.secret), "\(preview.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a masked member is shown to operators alone, in every representation`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) {
            $0.mask = Mask(["context.iban", "context.list.iban", "error.message"])
        } _: { served in
            let jobs = try await Self.jobs(served.store)
            let texts = ["/log", "/log?attempt=1", "/attempts", "/callback", "progress,callback"]
            for role in [AccessRole.reader, .producer] {
                let token = try await served.token(role)
                // Logs, progress and receivers' answers are texts without members; documents=no hides them.
                for path in try Self.paths(jobs) where !texts.contains(where: path.hasSuffix) {
                    let reply = try await served.get(path, token)
                    #expect(!reply.body.contains(Self.secret), "\(role) \(path): \(reply.body)")
                }
                let request = try await served.get("/v1/jobs/\(jobs.ended.uuidString)/request", token)
                #expect(request.body.contains("1.10") && request.body.contains("***"), "\(request.body)")
                let ended = try await Self.stream(jobs.ended, token, until: nil, served)
                #expect(ended.contains("event: end") && !ended.contains("message \(Self.secret)"), "\(ended)")
            }
            let all = try await served.token(.operator)
            #expect(try await served.get("/v1/jobs/\(jobs.ended.uuidString)/request", all).body.contains(Self.secret))
            let shown = try await served.get("/v1/jobs/\(jobs.ended.uuidString)", all)
            #expect(try shown.object()["error_message"]?.string == "message \(Self.secret)")
        }
    }
}
