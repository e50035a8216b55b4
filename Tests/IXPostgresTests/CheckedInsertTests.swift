import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// Jobs that ix-worker has checked itself go in without the server's checks, and mean the same.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct CheckedInsertTests {
    private static let plain = [
        #"{}"#, #"{"n":1.10,"big":12345678901234567890,"text":"ü😀\t\"\\ {},NULL","a":[1,{"b":null}]}"#,
        #"{"text":"\n\\N{}\"quoted\" and 'single'","empty":"","NULL":null}"#,
    ]
    /// The server may see more in these than their text shows.
    private static let others = [#"{"n":1e400}"#, #"{"n":1E-30}"#, #"{"text":"\u00fc"}"#]

    private func isOrdered(_ id: UUID) -> Bool { id.uuid.6 >> 4 == 7 }

    @Test func `a plain job gets a time-ordered id and the row that ix_enqueue_batch would write`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let documents = Self.plain + Self.others
            let jobs = try documents.enumerated().map { index, fields in
                let url = index % 2 == 0 ? "http://localhost/a?b=c,d" : nil
                return try NewJob.make("\(index)", fields, callbackURL: url)
            }
            let items = try await store.perform { try $0.insertPendingBatch(jobs) }.compactMap(\.stored)
            #expect(items.map { isOrdered($0.jobID) } == documents.map { Self.plain.contains($0) })
            let columns = """
                (to_jsonb(j) #- '{request,ix_id}') - '{job_id,ix_id,created_at,due_at}'::text[],
                due_at = created_at, request ->> 'ix_id' = ix_id, ix_id ~ '^[0-9a-f]{16}$'
                """
            let ours = try await db.sql("SELECT \(columns) FROM ix_jobs j ORDER BY request_id")
            try await db.sql("DELETE FROM ix_jobs")
            for job in jobs {
                let document = job.request.document.text.replacing("'", with: "''")
                let url = job.callbackURL.map { "'\($0)'" } ?? "NULL"
                try await db.sql(
                    "SELECT ix_enqueue_batch(jsonb_build_array(jsonb_build_object('request', '\(document)'::jsonb, 'callback_url', \(url))))"
                )
            }
            #expect(try await db.sql("SELECT \(columns) FROM ix_jobs j ORDER BY request_id") == ours)
            #expect(ours.count == documents.count && ours.allSatisfy { $0.dropFirst().allSatisfy { $0 == "t" } })
            await store.close()
        }
    }

    @Test func `ids of jobs inserted one after the other rise`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            var ids: [String] = []
            for key in 0..<3 {
                let items = try await store.perform { try $0.insertPendingBatch([.make("\(key)")]) }
                ids += items.compactMap { $0.stored?.jobID.uuidString }
                try await db.sql("SELECT pg_sleep(0.002)")
            }
            #expect(ids.count == 3 && ids == ids.sorted())
            await store.close()
        }
    }

    @Test func `while logins are bound to clients the server checks every job`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("INSERT INTO ix_client_roles VALUES (session_user::regrole, 'client')")
            let store = db.store()
            let items = try await store.perform { try $0.insertPendingBatch([.make("a")]) }
            #expect(items.compactMap { $0.stored?.jobID }.map(isOrdered) == [false])
            await store.close()
        }
    }
}

extension BatchInsertResult {
    fileprivate var stored: InsertResult? { if case .inserted(let result) = self { result } else { nil } }
}
