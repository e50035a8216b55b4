import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Rows of other code in a form that no door lets in: they end nothing, are left out of lists, end as bad requests when they are
/// claimed, and are named.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct ForeignRowTests {
    /// As other code may have made it, all of it nullable.
    private static let table = """
        CREATE TABLE ix_jobs (
            job_id uuid PRIMARY KEY, ix_id text, client_id text, request_id text, status text, request jsonb, response jsonb,
            callback_url text, callback_status text, attempts integer, created_at timestamptz, started_at timestamptz,
            finished_at timestamptz, UNIQUE (client_id, request_id))
        """

    private static let columns =
        "INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, attempts, created_at, started_at, "
        + "finished_at, callback_url) VALUES "

    /// One of each kind, of every status.
    private static let odd = [
        "(gen_random_uuid(), NULL, 'c', 'no tag', 'S', '{}', 0, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', NULL, 'no client', 'S', '{}', 0, now(), now(), now(), 'http://a/')",
        "(gen_random_uuid(), 'i', 'c', NULL, 'S', '{}', 0, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'no request', 'S', NULL, 0, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'no object', 'S', '[1]', 0, now(), now(), now(), 'http://a/')",
        "(gen_random_uuid(), 'i', 'c', 'no attempts', 'S', '{}', NULL, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'most attempts', 'S', '{}', 2147483647, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'less than none', 'S', '{}', -2147483648, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'no times', 'S', '{}', 0, NULL, NULL, NULL, NULL)",
        "(gen_random_uuid(), 'i', 'c', 'ever', 'S', '{}', 0, '-infinity', '-infinity', '-infinity', NULL)",
        "(gen_random_uuid(), 'i', 'c', 'never', 'S', '{}', 0, 'infinity', 'infinity', 'infinity', NULL)",
        "(gen_random_uuid(), 'i', 'c', 'far', 'S', '{}', 0, '294276-01-01', '294276-01-01', '294276-01-01', NULL)",
        "(gen_random_uuid(), 'i', 'c', 'long ago', 'S', '{}', 0, '4713-01-02 BC', '4713-01-02 BC', '4713-01-02 BC', NULL)",
        "(gen_random_uuid(), repeat('i', 9000), 'c', 'long tag', 'S', '{}', 0, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', repeat('c', 9000), 'long client', 'S', '{}', 0, now(), now(), now(), 'http://a/')",
        "(gen_random_uuid(), 'i', 'c', E'a\\x1b[31m', 'S', '{}', 0, now(), now(), now(), NULL)",
        "(gen_random_uuid(), 'i', 'c', 'long URL', 'S', '{}', 0, now(), now(), now(), 'http://a/' || repeat('x', 99999))",
    ]

    private func adopt(_ statuses: [String], late: Bool, _ body: (TestDatabase, PostgresStore) async throws -> Void)
        async throws
    {
        try await TestDatabase.with(.empty) { db in
            try await db.sql(Self.table)
            // The same rows come in after the migration as well as before: an INSERT that worked goes on working.
            if late { _ = try await db.migrate(up: true) }
            for status in statuses {
                for row in Self.odd {
                    let own = row.replacing("'S'", with: status == "null" ? "NULL" : "'\(status)'")
                    let named = own.replacing("'c', '", with: "'\(status)', '").replacing(
                        "'c', E", with: "'\(status)', E"
                    ).replacing("'long client'", with: "'long \(status)'")
                    try await db.sql(Self.columns + named)
                }
            }
            if !late { _ = try await db.migrate(up: true) }
            let store = db.store()
            try await body(db, store)
            await store.close()
        }
    }

    @Test(arguments: [false, true])
    func `waiting rows are all claimed and ended, those without what a job needs as bad requests`(_ late: Bool)
        async throws
    {
        try await adopt(["pending"], late: late) { db, store in
            let daemon = try await store.daemon()
            var claimed = 0
            while let job = try await store.claim(daemon) {
                claimed += 1
                let error = ResponseIX(error: JobError("bad_request", "as the worker would have it")).answering(
                    job.names)
                let result = try await store.end(job.attempt, .error(error))
                guard case .ended(.error, _) = result else {
                    Issue.record("\(job.names): \(result)")
                    break
                }
            }
            let left = try await db.sql("SELECT request_id, created_at FROM ix_jobs WHERE status <> 'error'")
            // One of the year 294276 waits for that year.
            #expect(left.map { $0[0] } == ["far"] && claimed == Self.odd.count - 1)
            #expect(try await db.count("ix_callbacks WHERE state = 'due'") == 4)
        }
    }

    @Test func `running rows are swept whatever their times and counts`() async throws {
        try await adopt(["running"], late: false) { db, store in
            try await db.sql(
                """
                UPDATE ix_jobs SET created_at = now() - interval '1 day',
                       started_at = CASE WHEN isfinite(started_at) THEN now() - interval '1 day' ELSE started_at END
                """)
            var swept = 0
            while true {
                let back = try await store.sweep()
                if back.isEmpty { break }
                swept += back.count
            }
            #expect(swept == Self.odd.count)
        }
    }

    @Test(arguments: [["done", "error", "pending", "running"], ["queued", "null", "done"]])
    func `lists, statistics and single looks show what they can and fail at nothing`(_ statuses: [String]) async throws
    {
        try await adopt(statuses, late: true) { db, store in
            let jobs = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 10_000) }
            #expect(jobs.allSatisfy { !$0.names.clientID.isEmpty && Timestamp($0.createdAt) != nil })
            var (paged, position): (Int, ListPosition?) = (0, nil)
            while true {
                let start = position
                let page = try await store.perform { try $0.list(JobFilter(), after: start, limit: 3) }
                paged += page.count
                position = page.last?.position
                if page.count < 3 { break }
            }
            #expect(paged == jobs.count)
            for counting in [true, false] {
                let statistics = try await store.perform { try $0.statistics(countingEnded: counting) }
                #expect(statistics.total.oldestDue.map { $0.isFinite } ?? true)
            }
            let unreadable = try await store.perform { try $0.unreadableJobs(limit: 1000) }
            let all = try await db.count("ix_jobs")
            #expect(jobs.count + unreadable.count >= all && Set(unreadable.map(\.jobID)).count == unreadable.count)
            for row in try await db.sql("SELECT job_id, status FROM ix_jobs") {
                let id = try #require(row[0].flatMap { UUID(uuidString: $0) })
                if JobStatus(rawValue: row[1] ?? "") == nil {
                    let error = await #expect(throws: StoreError.self) { try await store.perform { try $0.get(id) } }
                    #expect(error?.code == .unreadable && error?.message.contains("status is") == true)
                    #expect(unreadable.contains { $0.jobID == id && $0.fault.hasPrefix("status is") })
                } else {
                    #expect(try await store.perform { try $0.get(id) } != nil)
                }
            }
            _ = try await store.perform {
                try $0.callbacks(CallbackFilter(states: [.due, .failed, .delivered]), limit: 100)
            }
            _ = try await store.perform { try $0.catchUpPending() }
            _ = try await store.perform { try $0.expirePending(limit: 100) }
        }
    }

    @Test func `an export takes what another store can keep and leaves the rest`() async throws {
        try await adopt(["done", "queued"], late: true) { db, store in
            let records = try await store.perform { try $0.endedRecords(after: nil, limit: 1000) }
            #expect(records.count == Self.odd.count - 2)
            let taken = try await store.transaction { try $0.takeRecords(after: nil, limit: 1000, forced: true) }
            #expect(taken.count == records.count)
        }
    }

    @Test func `a column that another schema tool gave another type is named, and nothing ends`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let daemon = try await store.daemon()
            try await store.insert("a")
            try await db.sql("ALTER TABLE ix_jobs ALTER COLUMN max_attempts TYPE bigint")
            let error = await #expect(throws: StoreError.self) { try await store.claim(daemon) }
            #expect(error?.code == .schema && error?.message.contains("max_attempts") == true)
            await store.close()
        }
    }
}
