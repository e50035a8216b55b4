import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The view `ix_enqueue` with a dedupe_key, and in a queue with a client_depth.
@Suite(.timeLimit(.minutes(2))) struct EnqueueViewDedupeTests {
    private static let insert =
        "INSERT INTO ix_enqueue (request, dedupe_key, dedupe, dedupe_seconds, run_at) VALUES (?, ?, ?, CAST(? AS real), ?)"

    private static func request(_ id: String) -> String {
        #"{"use_case":"u","ix_client_id":"c","request_id":"\#(id)"}"#
    }

    @Test func `a key is answered, throttled and replaced by the view`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            for id in ["1", "2", "2"] { try foreign.sql(Self.insert, [Self.request(id), "k", nil, nil, nil]) }
            #expect(try foreign.sql("SELECT request_id FROM ix_jobs") == [["1"]])
            let receipt =
                "SELECT j.request_id FROM ix_receipts r JOIN ix_jobs j ON j.job_id = r.job_id WHERE r.request_id = '2'"
            #expect(try foreign.sql(receipt) == [["1"]])
            try foreign.sql(Self.insert, [Self.request("3"), "k", "replace", nil, nil])
            let jobs = "SELECT request_id, status, response ->> '$.error.code' FROM ix_jobs ORDER BY request_id"
            #expect(try foreign.sql(jobs) == [["1", "error", "superseded"], ["3", "pending", nil]])
            try foreign.sql(Self.insert, [Self.request("3"), "k", "replace", nil, nil])
            #expect(try foreign.sql(jobs).count == 2)
            try foreign.sql(Self.insert, [Self.request("4"), "t", "throttle", "3600", nil])
            try foreign.sql(Self.insert, [Self.request("5"), "t", "throttle", "3600", nil])
            #expect(try foreign.sql("SELECT count(*) FROM ix_jobs") == [["3"]])
            var later = try NewJob.make("6", useCase: "u", clientID: "c")
            later.dedupe = try Dedupe(key: "t", rule: "throttle", seconds: 3600)
            let ours = later
            #expect(try await store.insert(ours).isDuplicate)
        }
    }

    @Test func `a replacement of the view starts no later than its time after the first of the row`() async throws {
        try await TestFile.withHeld { file, _ in
            let foreign = try Foreign(file)
            let far = "2199-01-01T00:00:00.000000Z"
            for id in ["1", "2", "3"] { try foreign.sql(Self.insert, [Self.request(id), "k", "replace", "60", far]) }
            let runs = try foreign.sql(
                "SELECT run_at < strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+61 seconds') FROM ix_jobs ORDER BY request_id"
            )
            #expect(runs == [["0"], ["1"], ["1"]])
            #expect(try foreign.sql("SELECT count(*) FROM ix_jobs WHERE status = 'pending'") == [["1"]])
        }
    }

    @Test func `the view refuses what every door refuses, and a full client`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            for (key, rule, seconds, words) in [
                (nil, "skip", nil, "dedupe_key: is missing"), ("", nil, nil, "dedupe_key: is empty"),
                ("k", "often", nil, "dedupe: must be skip, throttle or replace"),
                ("k", "throttle", nil, "dedupe_seconds: is missing beside throttle"),
                ("k", nil, "5", "dedupe_seconds: goes with throttle and replace alone"),
            ] as [(String?, String?, String?, String)] {
                let refusal = #expect(throws: (any Error).self) {
                    try foreign.sql(Self.insert, [Self.request("r"), key, rule, seconds, nil])
                }
                #expect("\(String(describing: refusal))".contains(words), "\(words)")
            }
            try await store.perform { operations in
                var change = QueueChange()
                try change.set("client_depth", text: "1")
                try operations.setQueue("u", change)
            }
            try foreign.sql(Self.insert, [Self.request("1"), nil, nil, nil, nil])
            try foreign.sql(Self.insert, [Self.request("1"), nil, nil, nil, nil])
            let full = #expect(throws: (any Error).self) {
                try foreign.sql(Self.insert, [Self.request("2"), nil, nil, nil, nil])
            }
            #expect("\(String(describing: full))".contains("client_depth allows"))
        }
    }
}
