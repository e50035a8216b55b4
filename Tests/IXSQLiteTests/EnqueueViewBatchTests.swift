import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The view `ix_enqueue` with a batch.
@Suite(.timeLimit(.minutes(2))) struct EnqueueViewBatchTests {
    private static let insert =
        "INSERT INTO ix_enqueue (request, batch_on_failure, batch_id) VALUES (?, ?, ?)"

    private static func request(_ id: String, client: String = "c") -> String {
        #"{"use_case":"u","ix_client_id":"\#(client)","request_id":"\#(id)"}"#
    }

    @Test func `a finisher and its members are made by the view, and the finisher starts last`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            for _ in 0..<2 { try foreign.sql(Self.insert, [Self.request("f"), "run", nil]) }
            let batch = try #require(try foreign.sql("SELECT job_id FROM ix_jobs")[0][0])
            for id in ["1", "2", "2"] { try foreign.sql(Self.insert, [Self.request(id), nil, batch.uppercased()]) }
            #expect(
                try foreign.sql(
                    "SELECT (SELECT count(*) FROM ix_members), (SELECT count(*) FROM ix_dependencies), on_failure FROM ix_batches"
                )
                    == [["2", "2", "run"]])
            let daemon = try await store.daemon()
            var keys: [String] = []
            while let job = try await store.claim(daemon) {
                keys.append(job.names.requestID)
                _ = try await store.end(job.attempt, .success())
            }
            #expect(keys == ["1", "2", "f"])
            #expect(
                try foreign.sql("SELECT (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches)") == [
                    ["0", "0"]
                ])
            try foreign.sql(Self.insert, [Self.request("2"), nil, batch])
            #expect(try foreign.sql("SELECT count(*) FROM ix_dependencies") == [["0"]])
        }
    }

    @Test(arguments: [
        ("f2", "stop", false, "batch_on_failure"), ("f2", "run", true, "batch_id"), ("m", nil, true, "batch_id"),
    ])
    func `a refusal names the column`(_ key: String, _ rule: String?, _ hasBatch: Bool, _ field: String) async throws {
        try await TestFile.withHeld { file, _ in
            let foreign = try Foreign(file)
            try foreign.sql(Self.insert, [Self.request("f", client: "other"), "run", nil])
            let batch = try #require(try foreign.sql("SELECT job_id FROM ix_jobs")[0][0])
            let refusal = #expect(throws: (any Error).self) {
                try foreign.sql(Self.insert, [Self.request(key), rule, hasBatch ? batch : nil])
            }
            #expect("\(refusal.map { "\($0)" } ?? "")".contains(field + ": "))
        }
    }

    @Test func `a deleted member counts as failed, and leaves nothing behind`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            try foreign.sql(Self.insert, [Self.request("f"), "fail", nil])
            let batch = try #require(try foreign.sql("SELECT job_id FROM ix_jobs")[0][0])
            try foreign.sql(Self.insert, [Self.request("1"), nil, batch])
            try foreign.sql("DELETE FROM ix_jobs WHERE request_id = '1'")
            let daemon = try await store.daemon()
            let none = try await store.claim(daemon)
            #expect(none == nil)
            #expect(
                try foreign.sql("SELECT status, response ->> '$.error.code' FROM ix_jobs") == [
                    ["error", "dependency_failed"]
                ])
            #expect(
                try foreign.sql("SELECT (SELECT count(*) FROM ix_members), (SELECT count(*) FROM ix_dependencies)") == [
                    ["0", "0"]
                ])
        }
    }
}
