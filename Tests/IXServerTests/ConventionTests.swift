import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import NIOHTTP1
import Testing

@testable import IXServer

/// What every answer, list and health page has in common.
@Suite(.timeLimit(.minutes(2))) struct ConventionTests {
    @Test func `a date is written as RFC 9110 has it`() {
        #expect(HTTPDate.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(of: 1_772_600_767) == "Wed, 04 Mar 2026 05:06:07 GMT")
        #expect(HTTPDate.now.count == 29)
    }

    @Test func `every answer has a date, the refusals below the routes too`() async throws {
        try await ServedStore.with { served in
            for path in ["/livez", "/v1/whoami", "/none"] {
                #expect(try await served.get(path).headers.first(name: "date")?.hasSuffix(" GMT") == true)
            }
            let raw = try RawConnection(served.address)
            raw.send("nonsense\r\n\r\n")
            #expect(await raw.rest().lowercased().contains("\r\ndate: "))
            raw.end()
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a producer's trace is kept with the job, and a malformed one is no fault`(
        _ kind: ServedStore.Kind
    ) async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let broken = "00-00000000000000000000000000000000-b7ad6b7169203331-01"
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer)
            for (key, header) in [
                ("1", trace), ("2", broken), ("3", trace + "-more"), ("4", "cc" + trace.dropFirst(2) + "-more"),
            ] {
                let reply = try await served.post("/v1/jobs", token, ServedStore.job(key), [("traceparent", header)])
                #expect(reply.status == 201, "\(reply.body)")
            }
            // The line that is refused leads PostgreSQL to insert the other line by itself.
            let lines =
                ServedStore.job("5") + "\n" + #"{"use_case":"a","ix_client_id":"shop","request_id":"6","run_at":"x"}"#
            let batch = try await served.post(
                "/v1/jobs/batch", token, lines, type: "application/x-ndjson", [("traceparent", trace)])
            #expect(batch.body.contains(#""jobs":1"#), "\(batch.body)")
            let kept = try await served.traces()
            #expect(kept == ["1": trace, "2": nil, "3": nil, "4": "cc" + trace.dropFirst(2), "5": trace])
            let found = try await served.get("/v1/jobs/lookup?client_id=shop&request_id=1", token).object()
            #expect(found["trace_id"]?.string == "0af7651916cd43dd8448eb211c80319c" && found["trace_url"] == nil)
            let other = try await served.get("/v1/jobs/lookup?client_id=shop&request_id=2", token).object()
            #expect(other["trace_id"] == nil)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a producer's tracestate stays beside its trace, and a malformed one is left out`(
        _ kind: ServedStore.Kind
    ) async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer)
            var expected: [String: String?] = [:]
            for (number, state) in (TraceStates.kept + TraceStates.leftOut).enumerated() {
                let isKept = number < TraceStates.kept.count
                expected["l\(number)"] = isKept ? trace + "\n" + state : trace
                let line =
                    #"{"use_case":"a","ix_client_id":"shop","request_id":"l\#(number)","traceparent":"\#(trace)","#
                    + #""tracestate":\#(JSONPairs.literal(state))}"#
                #expect(
                    try await served.post("/v1/jobs/batch", token, line, type: "application/x-ndjson").status == 200)
                // No client of ours sends these bytes, or keeps blanks around a header's value.
                guard state.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !state.isEmpty,
                    !state.hasPrefix(" ")
                else { continue }
                expected["h\(number)"] = isKept ? trace + "\n" + state : trace
                let headers = [("traceparent", trace), ("tracestate", state)]
                #expect(try await served.post("/v1/jobs", token, ServedStore.job("h\(number)"), headers).status == 201)
            }
            expected["alone"] = .some(nil)
            let alone = try await served.post("/v1/jobs", token, ServedStore.job("alone"), [("tracestate", "a=b")])
            #expect(alone.status == 201)
            #expect(try await served.traces() == expected)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a comma in a filter means or, and quotes keep one`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            for (key, client, useCase) in [("1", "a", "x"), ("2", "b", "y"), ("3", "c,d", "x"), ("4", "e", "z")] {
                let body = ServedStore.job(key, client: client, useCase: useCase)
                #expect(try await served.post("/v1/jobs", token, body).status == 201)
            }
            for (query, keys) in [
                ("client_id=a,b", ["2", "1"]), ("client_id=%22c,d%22,a", ["3", "1"]), ("client_id=c,d", []),
                ("use_case=x,z&status=pending,error", ["4", "3", "1"]), ("error_code=a,b", []),
                ("use_case=x,y&status=done,error", []), ("use_case=y,x&client_id=b,a", ["2", "1"]),
            ] {
                let page = try await served.get("/v1/jobs?\(query)", token)
                let found = (try page.object()["jobs"]?.elements ?? []).compactMap { $0.object?["request_id"]?.string }
                #expect(found == keys, "\(query): \(page.body)")
            }
            let bound = try await served.token(.reader, client: "a")
            #expect(try await served.get("/v1/jobs?client_id=a,b", bound).status == 404)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `callbacks come page by page, and endpoints with their counts`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            for number in 0..<7 {
                let host = number < 4 ? "a" : "b"
                let body =
                    #"{"use_case":"x","ix_client_id":"c","request_id":"\#(number)","callback_url":"https://\#(host).example/"}"#
                let id = try await served.post("/v1/jobs", token, body).object()["job_id"]?.string ?? ""
                #expect(try await served.post("/v1/jobs/\(id)/cancel", token).status == 200)
            }
            var (seen, path, pages): ([String], String?, Int) = ([], "/v1/callbacks?limit=3&state=due", 0)
            while let next = path {
                let page = try await served.get(next, token)
                seen += (try page.object()["callbacks"]?.elements ?? []).compactMap { $0.object?["job_id"]?.string }
                path = page.headers.first(name: "link")
                    .flatMap { $0.split(separator: ">").first.map { String($0.dropFirst()) } }
                #expect(try page.object()["complete"]?.text == "\(path == nil)")
                pages += 1
            }
            #expect(seen.count == 7 && Set(seen).count == 7 && pages == 3)
            try await served.closeEndpoint("https://b.example")
            let endpoints = try await served.get("/v1/endpoints", token).object()["endpoints"]?.elements ?? []
            let counts = endpoints.compactMap(\.object).map {
                "\($0["endpoint"]?.string ?? "") \($0["due"]?.text ?? "")"
            }
            #expect(counts == ["https://a.example 4", "https://b.example 3"])
            let closed = endpoints.compactMap { $0.object?["closed_by"]?.text }
            #expect(closed == ["[]", "[\"\(ServedStore.daemonID.uuidString.lowercased())\"]"])
            let wrong = try await served.get("/v1/callbacks?after=due_x_y", token)
            #expect(try wrong.status == 422 && (wrong.object()["field"]?.string) == "after")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `ended jobs are counted for operators who ask`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            let id = try await served.enqueue("1", token)
            _ = try await served.post("/v1/jobs/\(id)/cancel", token)
            #expect(try await served.get("/v1/stats", token).object()["error"]?.isNull == true)
            #expect(try await served.get("/v1/stats?ended=exact", token).object()["error"]?.text == "1")
            #expect(try await served.get("/v1/stats?ended=roughly", token).status == 422)
            let reader = try await served.token(.reader)
            #expect(try await served.get("/v1/stats?ended=exact", reader).problem == "forbidden")
        }
    }

    @Test func `a count of ended jobs that comes during another one is turned away`() async throws {
        let gate = Gate(slots: 1, queue: 0, limit: .zero)
        let first = try await gate.pass {
            await #expect(throws: Problem.self) { try await gate.pass { 1 } }
            return 2
        }
        let second = try await gate.pass { 3 }
        #expect(first == 2 && second == 3)
    }

    @Test func `health tells details to the holders of tokens alone`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.reader)
            for path in ["/livez", "/readyz", "/startupz"] {
                #expect(try await served.get(path, token).body == "ok\n")
                #expect(try await served.get(path + "?verbose").status == 401)
                let details = try await served.get(path + "?verbose", token)
                #expect(try details.status == 200 && (details.object()["store"]?.string) == "the test's store")
                #expect(try await served.get(path + "?verbose=no", token).status == 422)
            }
        }
    }

    @Test func `the page of the document needs no script, and lets the browser load nothing`() async throws {
        try await ServedStore.with { served in
            #expect(try await served.get("/docs").status == 401)
            let page = try await served.get("/docs", served.token(.metrics))
            #expect(page.status == 200 && page.headers.first(name: "content-type") == "text/html; charset=utf-8")
            let policy = try #require(page.headers.first(name: "content-security-policy"))
            let nonce = try #require(policy.split(separator: "'").first { $0.hasPrefix("nonce-") }?.dropFirst(6))
            #expect(policy.hasPrefix("default-src 'none'; style-src 'nonce-") && !policy.contains("unsafe"))
            #expect(page.body.contains("<style nonce=\"\(nonce)\">") && !page.body.contains("<script"))
            for text in ["http://", "https://", "style=\"", "onclick", "<img", "<link"] {
                #expect(!page.body.contains(text))
            }
            for text in ["GET /v1/jobs/{job_id}", "id=\"enqueue\"", "id=\"NewJob\"", "href=\"#Problem\""] {
                #expect(page.body.contains(text), "\(text)")
            }
            let second = try await served.get("/docs", served.token(.metrics))
            #expect(second.headers.first(name: "content-security-policy") != policy)
        }
    }

    @Test func `a literal path has its own methods, not those of a path with a parameter`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            let batch = try await served.send(.DELETE, "/v1/jobs/batch", token, [], nil)
            #expect(batch.status == 405 && batch.headers.first(name: "allow") == "POST")
            let lookup = try await served.send(.PATCH, "/v1/jobs/lookup", token, [], nil)
            #expect(lookup.status == 405 && lookup.headers.first(name: "allow") == "GET, HEAD")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `pages under inserts and prune show each job that stays once`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.operator)
            let keys = (0..<240).map { "k\($0)" }
            for start in stride(from: 0, to: keys.count, by: 40) {
                let jobs = try keys[start..<start + 40].map {
                    try NewJob(RequestIX(JSONDocument(request: ServedStore.job($0))))
                }
                _ = try await served.store.perform { try $0.insertPendingBatch(jobs) }
            }
            // A third of the jobs ends, and is pruned during the walk.
            let all = try await served.store.perform { try $0.list(JobFilter(), after: nil, limit: 1000) }
            let ended = all.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
            let ids = ended.map(\.jobID)
            _ = try await served.store.perform { try $0.cancel(ids) }
            let stays = Set(keys).subtracting(ended.map(\.names.requestID))
            let writer = Task {
                for number in 0..<200 where !Task.isCancelled {
                    _ = try await served.enqueue("new-\(number)", token)
                    guard number % 4 == 0 else { continue }
                    _ = try await served.store.perform { try $0.prune(Retention(error: .zero), from: nil, limit: 7) }
                }
            }
            var (seen, path): ([String], String?) = ([], "/v1/jobs?limit=7")
            while let next = path {
                let page = try await served.get(next, token)
                seen += (try page.object()["jobs"]?.elements ?? []).compactMap { $0.object?["request_id"]?.string }
                path = page.headers.first(name: "link")
                    .flatMap { $0.split(separator: ">").first.map { String($0.dropFirst()) } }
            }
            writer.cancel()
            _ = try? await writer.value  // ignored: cancelled
            let old = seen.filter { $0.hasPrefix("k") }
            #expect(Set(old).count == old.count && stays.isSubset(of: old), "\(stays.subtracting(old))")
        }
    }
}
