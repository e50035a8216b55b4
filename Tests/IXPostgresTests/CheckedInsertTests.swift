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
    private static let withoutChecks = "ALTER FUNCTION ix_enqueue_batch(jsonb) RENAME TO away"

    private func jobs(_ documents: [String]) throws -> [NewJob] {
        try documents.enumerated().map { index, fields in
            let url = index % 2 == 0 ? "http://localhost/a?b=c,d" : nil
            return try NewJob.make("\(index)", fields, callbackURL: url)
        }
    }

    private func insert(_ jobs: [NewJob], _ db: TestDatabase) async throws -> [BatchInsertResult] {
        let store = db.store()
        do {
            let results = try await store.perform { try $0.insertPendingBatch(jobs) }
            await store.close()
            return results
        } catch {
            await store.close()
            throw error
        }
    }

    @Test func `a job's row is the one that ix_enqueue_batch would write`() async throws {
        try await TestDatabase.with { db in
            let jobs = try jobs(Self.plain + Self.others)
            let results = try await insert(jobs, db)
            #expect(results.allSatisfy { if case .inserted(let one) = $0 { !one.isDuplicate } else { false } })
            let columns = """
                (to_jsonb(j) #- '{request,ix_id}') - '{job_id,ix_id,created_at,due_at}'::text[],
                due_at = created_at, request ->> 'ix_id' = ix_id, ix_id ~ '^[0-9a-f]{16}$'
                """
            let ours = try await db.sql("SELECT \(columns) FROM ix_jobs j ORDER BY request_id")
            try await db.sql("DELETE FROM ix_jobs")
            for job in jobs {
                let document = job.request.document.text.replacing("'", with: "''")
                let url = job.callbackURL.map { "'\($0)'" } ?? "NULL"
                let item = "jsonb_build_object('request', '\(document)'::jsonb, 'callback_url', \(url))"
                try await db.sql("SELECT ix_enqueue_batch(jsonb_build_array(\(item)))")
            }
            #expect(try await db.sql("SELECT \(columns) FROM ix_jobs j ORDER BY request_id") == ours)
            #expect(ours.count == jobs.count && ours.allSatisfy { $0.dropFirst().allSatisfy { $0 == "t" } })
        }
    }

    @Test func `a new plain job needs no check by the server`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(Self.withoutChecks)
            let results = try await insert(try jobs(Self.plain), db)
            #expect(results.count == Self.plain.count)
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["\(Self.plain.count)"]])
        }
    }

    @Test(arguments: others)
    func `a document in which the server may see more is left to the server`(_ document: String) async throws {
        try await TestDatabase.with { db in
            try await db.sql(Self.withoutChecks)
            let jobs = try jobs([document])
            await #expect(throws: StoreError.self) { try await insert(jobs, db) }
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["0"]])
        }
    }

    @Test(arguments: [
        "INSERT INTO ix_client_roles VALUES (session_user::regrole, 'client')", "SELECT ix_set_queue('extract', '{}')",
    ])
    func `the server checks every job of a queue, and every job while logins are bound to clients`(
        _ setting: String
    ) async throws {
        try await TestDatabase.with { db in
            try await db.sql(setting)
            try await db.sql(Self.withoutChecks)
            let jobs = try jobs(Self.plain)
            await #expect(throws: StoreError.self) { try await insert(jobs, db) }
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["0"]])
        }
    }
}
