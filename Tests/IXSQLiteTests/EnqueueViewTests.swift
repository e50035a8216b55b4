import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// `ix_enqueue`, the idempotent insert for every language.
@Suite(.timeLimit(.minutes(2))) struct EnqueueViewTests {
    private static let insert = "INSERT INTO ix_enqueue (request, callback_url) VALUES (?, ?)"

    @Test func `a job that comes in by the view is the one that our own insert would make`() async throws {
        try await TestFile.withHeld { file, store in
            let request = #"{"use_case": "extract", "ix_client_id": "c", "request_id": "r", "n": 1.10, "t": "ü"}"#
            try Foreign(file).sql(Self.insert, [request, "https://x.example/"])
            let found = try await store.perform { try $0.getByCorrelation(clientID: "c", requestID: "r") }
            let job = try #require(found)
            #expect(job.useCase == "extract" && job.status == .pending && job.callbackURL == "https://x.example/")
            #expect(job.maxAttempts == 3 && Timestamp(job.createdAt)?.text == job.createdAt)
            // The first byte is the time's, as in our own inserts' ids.
            let now = UInt8(truncatingIfNeeded: Int(Date.now.timeIntervalSince1970) >> 8)
            #expect([0, 1, 255].contains(job.jobID.uuid.0 &- now), "\(job.jobID)")
            let document = try JSONDocument(request: job.request)
            #expect(document["ix_id"]?.string == job.ixID && document["n"]?.text == "1.10")
            let again = try await store.insert(
                NewJob(try RequestIX(try JSONDocument(request: request)), callbackURL: "https://x.example/"))
            #expect(again.isDuplicate && !again.differs && again.jobID == job.jobID)
            let claimed = try await store.claim(try await store.daemon())
            #expect(claimed?.attempt.jobID == job.jobID)
        }
    }

    @Test func `the view keeps the traces that every door keeps`() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let later = "cc" + String(trace.dropFirst(2))
        let noTrace = "00-" + String(repeating: "0", count: 32) + "-b7ad6b7169203331-01"
        let noSpan = "00-0af7651916cd43dd8448eb211c80319c-" + String(repeating: "0", count: 16) + "-01"
        let parents: [String] = [
            trace, trace + "-more", later + "-more", later, trace.uppercased(), "ff" + String(trace.dropFirst(2)),
            String(trace.dropLast()), noTrace, noSpan, "",
        ]
        var cases: [(String, String)] = parents.map { ($0, "vendor=1") }
        cases += (TraceStates.kept + TraceStates.leftOut).map { (trace, $0) }
        try await TestFile.withHeld { file, _ in
            let foreign = try Foreign(file)
            for (number, one) in cases.enumerated() {
                try foreign.sql(
                    "INSERT INTO ix_enqueue (request, traceparent, tracestate) VALUES (?, ?, ?)",
                    [#"{"use_case":"echo","ix_client_id":"c","request_id":"\#(number)"}"#, one.0, one.1])
                let kept = try foreign.sql("SELECT trace_context FROM ix_jobs WHERE request_id = '\(number)'")
                #expect(kept == [[TraceParent.context(one.0, state: one.1)]], "\(one)")
            }
        }
    }

    @Test(arguments: ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
    func `the first insert wins`(_ verb: String) async throws {
        try await TestFile.withHeld { file, _ in
            let foreign = try Foreign(file)
            let request = { (n: Int) in #"{"use_case":"echo","ix_client_id":"c","request_id":"r","n":\#(n)}"# }
            for number in 1...2 {
                try foreign.sql("\(verb) INTO ix_enqueue (request) VALUES (?)", [request(number)])
            }
            let kept = try foreign.sql("SELECT request ->> 'n' FROM ix_jobs")
            #expect(kept == [["1"]])
        }
    }

    @Test func `it is part of the caller's transaction`() async throws {
        try await TestFile.withHeld { file, _ in
            let foreign = try Foreign(file)
            try foreign.sql("BEGIN")
            try foreign.sql(Self.insert, [#"{"use_case":"echo","ix_client_id":"c","request_id":"r"}"#, nil])
            let inside = try foreign.sql("SELECT count(*) FROM ix_jobs")
            try foreign.sql("ROLLBACK")
            let after = try foreign.sql("SELECT count(*) FROM ix_jobs")
            #expect(inside == [["1"]] && after == [["0"]])
        }
    }

    @Test(arguments: [
        (nil, "request: is not a JSON object"), ("[]", "request: is not a JSON object"), ("{", "request: is not JSON"),
        (#"{"ix_client_id":"c","request_id":"r"}"#, "use_case: is missing"),
        (#"{"use_case":"echo","request_id":"r"}"#, "client_id: is missing"),
        (#"{"use_case":"echo","ix_client_id":"c","request_id":7}"#, "request_id: is not a string"),
        (#"{"use_case":"echo","ix_client_id":"","request_id":"r"}"#, "client_id: is empty"),
    ])
    func `a bad request is refused with the field's name`(_ request: String?, _ message: String) async throws {
        try await TestFile.withHeld { file, _ in
            let said = try Foreign(file).refusal(Self.insert, [request, nil])
            #expect(said?.contains(message) == true, "\(said ?? "not refused")")
        }
    }

    private static func request(_ member: String) -> String {
        #"{"use_case":"echo","ix_client_id":"c","request_id":"r",\#(member)}"#
    }

    private static let nines = String(repeating: "9", count: 131_072)

    @Test(arguments: [
        (#""a":"\u0000""#, "holds \\u0000"), (#""a":"\\\u0000""#, "holds \\u0000"),
        (#""a":"\ud800""#, "lone surrogate"), (#""a":"\ude00\ud83d""#, "lone surrogate"),
        (#""\udc00":1"#, "lone surrogate"),
        ("\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64), "nested deeper than 64"),
        (#""a":[1,{"b":1e131072}]"#, "number"), (#""a":1e-16384"#, "number"), (#""a":0e-16384"#, "number"),
        (#""a":1e99999999999999999999"#, "number"), ("\"a\":9" + nines, "number"),
        (#""use_case":"a\u001b[31m""#, "use_case: holds a control character"),
        (#""use_case":7"#, "use_case: is not a string"),
        (#""request_id":7"#, "request_id: is not a string"),
    ])
    func `a document that no other door takes is refused`(_ member: String, _ message: String) async throws {
        try await TestFile.withHeld { file, _ in
            let said = try Foreign(file).refusal(Self.insert, [Self.request(member), nil])
            #expect(said?.contains(message) == true, "\(said ?? "not refused")")
            #expect(throws: InvalidInput.self) { try RequestIX(try JSONDocument(request: Self.request(member))) }
        }
    }

    @Test(arguments: [
        #""a":"\\u0000 \ud83d\ude00 \ufffd\uffff""#, #""a":"\uD83D\uDE00""#,
        "\"a\":" + String(repeating: "[", count: 63) + String(repeating: "]", count: 63),
        "\"a\":\"" + String(repeating: "[", count: 200) + "\"", #""a":[1e131071,1e-16383,-1.5E+131071,1e400]"#,
        "\"a\":" + nines, #""a e1":"1e999999""#,
    ])
    func `a document that every other door takes is taken`(_ member: String) async throws {
        try await TestFile.withHeld { file, store in
            try Foreign(file).sql(Self.insert, [Self.request(member), nil])
            _ = try RequestIX(try JSONDocument(request: Self.request(member)))
            #expect(try await store.perform { try $0.getByCorrelation(clientID: "c", requestID: "r") } != nil)
        }
    }

    @Test func `of duplicate names the last counts`() async throws {
        try await TestFile.withHeld { file, store in
            let request = Self.request(#""use_case":"fail","request_id":"s","ix_client_id":"d""#)
            try Foreign(file).sql(Self.insert, [request, nil])
            let found = try await store.perform { try $0.getByCorrelation(clientID: "d", requestID: "s") }
            #expect(try #require(found).useCase == "fail")
        }
    }

    @Test func `a request over the limit is refused`() async throws {
        try await TestFile.withHeld { file, _ in
            let text = String(repeating: "x", count: 1 << 20)
            let request = #"{"use_case":"echo","ix_client_id":"c","request_id":"r","x":"\#(text)"}"#
            let said = try Foreign(file).refusal(Self.insert, [request, nil])
            #expect(said?.contains("request: over 1048576 bytes") == true)
        }
    }
}
