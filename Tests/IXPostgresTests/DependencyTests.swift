import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Jobs that wait for others, beside other transactions and a legacy worker.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct DependencyTests {
    private static func enqueue(_ key: String, after: [String] = []) -> String {
        let ids = after.isEmpty ? "" : ", after => ARRAY[\(after.map { "'\($0)'" }.joined(separator: ","))]::uuid[]"
        return
            "SELECT job_id FROM ix_enqueue('{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(key)\"}'\(ids))"
    }

    private static let end = "SET status = 'done', response = '{\"error\": null}'"

    /// A parent and the job that waits for it.
    private static func pair(_ db: TestDatabase) async throws -> (parent: String, child: String) {
        let parent = try #require(try await db.sql(enqueue("parent"))[0][0])
        let child = try #require(try await db.sql(enqueue("child", after: [parent]))[0][0])
        return (parent, child)
    }

    /// A batch with one member.
    @discardableResult
    private static func batchOfOne(_ db: TestDatabase) async throws -> String {
        let finisher = "'{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"f\"}'"
        let batch = try #require(try await db.sql("SELECT batch_id FROM ix_batch(\(finisher))")[0][0])
        try await db.sql(
            "SELECT ix_enqueue('{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"m\"}', batch_id => '\(batch)')"
        )
        return batch
    }

    @Test(arguments: ["done", "error"])
    func `a legacy worker's end is noted, whatever it names`(_ status: String) async throws {
        try await TestDatabase.with { db in
            let (parent, child) = try await Self.pair(db)
            #expect(try await db.sql("SELECT notes, released, failed FROM ix_release(10)") == [["1", "0", "0"]])
            try await db.sql("UPDATE ix_jobs SET status = 'running', started_at = now() WHERE job_id = '\(parent)'")
            try await db.sql("UPDATE ix_jobs SET status = '\(status)', response = '{}' WHERE job_id = '\(parent)'")
            let pass = try await db.sql("SELECT released, failed FROM ix_release(10)")
            #expect(pass == [status == "done" ? ["1", "0"] : ["0", "1"]])
            let row = try await db.sql(
                "SELECT status, due_at IS NOT NULL, waits FROM ix_jobs WHERE job_id = '\(child)'")
            #expect(row == [status == "done" ? ["pending", "t", nil] : ["error", "f", nil]])
            try await db.sql("SELECT ix_release(10)")
            #expect(
                try await db.sql("SELECT count(*) FROM ix_dependencies UNION ALL SELECT count(*) FROM ix_ended") == [
                    ["0"], ["0"],
                ])
        }
    }

    @Test func `a job that a legacy worker has claimed waits for nothing, and doesn't wait again`() async throws {
        try await TestDatabase.with { db in
            let (parent, child) = try await Self.pair(db)
            try await db.sql("SELECT ix_release(10)")
            try await db.sql("UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(child)'")
            try await db.sql("UPDATE ix_jobs SET status = 'pending' WHERE job_id = '\(child)'; SELECT ix_release(10)")
            #expect(
                try await db.sql("SELECT waits, due_at IS NOT NULL FROM ix_jobs WHERE job_id = '\(child)'") == [
                    [nil, "t"]
                ])
            #expect(try await db.sql("SELECT count(*) FROM ix_dependencies") == [["0"]])
            #expect(try await db.sql("SELECT status FROM ix_jobs WHERE job_id = '\(parent)'") == [["pending"]])
        }
    }

    @Test func `a pass waits for no lock, and a later one finds what it has passed over`() async throws {
        try await TestDatabase.with { db in
            let (parent, child) = try await Self.pair(db)
            let holder = db.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_jobs WHERE job_id = '\(parent)' FOR UPDATE")
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["1", "0"]])
            try await holder.sql("COMMIT")
            #expect(try await db.sql("SELECT notes FROM ix_release(10)") == [["1"]])
            #expect(try await db.sql("SELECT has_dependents FROM ix_jobs WHERE job_id = '\(parent)'") == [["t"]])
            try await db.sql(
                "UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(parent)'; UPDATE ix_jobs \(Self.end) WHERE job_id = '\(parent)'"
            )
            try await holder.sql("BEGIN; SELECT 1 FROM ix_jobs WHERE job_id = '\(child)' FOR UPDATE")
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["1", "0"]])
            try await holder.sql("COMMIT")
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["1"]])
            await holder.close()
        }
    }

    @Test func `an end under way when the job is entered is not missed`() async throws {
        try await TestDatabase.with { db in
            let parent = try #require(try await db.sql(Self.enqueue("parent"))[0][0])
            try await db.sql("UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(parent)'")
            let holder = db.session()
            try await holder.sql("BEGIN; UPDATE ix_jobs \(Self.end) WHERE job_id = '\(parent)'")
            try await db.sql(Self.enqueue("child", after: [parent]))
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["0"]])
            try await holder.sql("COMMIT")
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["1"]])
            await holder.close()
        }
    }

    @Test func `two that end at once let the job behind them go, once`() async throws {
        try await TestDatabase.with { db in
            let ids = [
                try #require(try await db.sql(Self.enqueue("1"))[0][0]),
                try #require(try await db.sql(Self.enqueue("2"))[0][0]),
            ]
            try await db.sql(Self.enqueue("child", after: ids))
            try await db.sql("SELECT ix_release(10); UPDATE ix_jobs SET status = 'running' WHERE waits IS NULL")
            let sessions = ids.map { _ in db.session() }
            for (session, id) in zip(sessions, ids) {
                try await session.sql("BEGIN; UPDATE ix_jobs \(Self.end) WHERE job_id = '\(id)'")
            }
            #expect(try await db.sql("SELECT notes FROM ix_release(10)") == [["0"]])
            for session in sessions { try await session.sql("COMMIT") }
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["2", "1"]])
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["0", "0"]])
            for session in sessions { await session.close() }
        }
    }

    @Test func `an erased job counts as it ended, and one that other code deleted as failed`() async throws {
        try await TestDatabase.with { db in
            let (parent, _) = try await Self.pair(db)
            try await db.sql("SELECT ix_release(10); UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(parent)'")
            try await db.sql("UPDATE ix_jobs \(Self.end) WHERE job_id = '\(parent)'; SELECT ix_erase('\(parent)')")
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["1"]])
            let other = try #require(try await db.sql(Self.enqueue("other"))[0][0])
            try await db.sql(Self.enqueue("second", after: [other]))
            try await db.sql("DELETE FROM ix_jobs WHERE job_id = '\(other)'")
            #expect(try await db.sql("SELECT failed FROM ix_release(10)") == [["1"]])
            let message = try await db.sql(
                "SELECT response -> 'error' ->> 'message' FROM ix_jobs WHERE request_id = 'second'")
            #expect(message == [["job \(other), which it waited for, is gone"]])
        }
    }

    @Test func `a released job whose use case has become a queue stands in its line`() async throws {
        try await TestDatabase.with { db in
            let (parent, child) = try await Self.pair(db)
            try await db.sql("SELECT ix_set_queue('u', '{\"group_by\": \"client_id\"}'), ix_cancel('\(parent)')")
            try await db.sql("UPDATE ix_dependencies SET on_failure = 'run'; SELECT ix_release(10)")
            #expect(
                try await db.sql("SELECT queue, group_key FROM ix_lines WHERE job_id = '\(child)'") == [["u", "c"]])
        }
    }

    @Test func `a pass in a snapshot of its caller is refused`() async throws {
        try await TestDatabase.with { db in
            let refusal = await #expect(throws: SQLFailure.self) {
                try await db.sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT ix_release(10)")
            }
            #expect(refusal?.state == "25001")
        }
    }

    @Test func `a job deleted by other code is noted, whatever it is to others`() async throws {
        try await TestDatabase.with { db in
            let (parent, child) = try await Self.pair(db)
            try await db.sql(
                "SELECT ix_release(10); UPDATE ix_dependencies SET on_failure = 'run'; DELETE FROM ix_jobs WHERE job_id = '\(parent)'"
            )
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["1", "1"]])
            try await db.sql("DELETE FROM ix_jobs WHERE job_id = '\(child)'")
            let batch = try await Self.batchOfOne(db)
            try await db.sql("DELETE FROM ix_jobs WHERE batch_id = '\(batch)'")
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["1", "1"]])
            #expect(
                try await db.sql(
                    "SELECT (SELECT count(*) FROM ix_members), (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches)"
                )
                    == [["0", "0", "0"]])
            #expect(try await db.sql("SELECT request_id, waits FROM ix_jobs") == [["f", nil]])
        }
    }

    @Test func `a producer that adds a member holds up no pass, and the finisher doesn't start without the member`()
        async throws
    {
        try await TestDatabase.with { db in
            let finisher = "'{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"f\"}'"
            let member = { (key: String, batch: String) in
                "SELECT job_id FROM ix_enqueue('{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(key)\"}', batch_id => '\(batch)')"
            }
            let batch = try #require(try await db.sql("SELECT batch_id FROM ix_batch(\(finisher))")[0][0])
            let first = try #require(try await db.sql(member("a", batch))[0][0])
            let adding = db.session()
            try await adding.sql("BEGIN; \(member("b", batch))")
            try await db.sql("UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(first)'")
            try await db.sql("UPDATE ix_jobs \(Self.end) WHERE job_id = '\(first)'")
            #expect(try await db.sql("SELECT notes, released FROM ix_release(10)") == [["1", "0"]])
            try await adding.sql("COMMIT")
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["0"]])
            #expect(
                try await db.sql("SELECT members, ended, result FROM ix_batch_state('\(batch)')") == [
                    ["2", "1", "waiting"]
                ])
            try await db.sql("SELECT ix_cancel(job_id) FROM ix_jobs WHERE request_id = 'b'")
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["1"]])
            await adding.close()
        }
    }

    @Test func `a pass waits for no client's open cancel of a batch`() async throws {
        try await TestDatabase.with { db in
            let names = { (key: String) in
                "'{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(key)\"}'"
            }
            let batch = try #require(try await db.sql("SELECT batch_id FROM ix_batch(\(names("f")))")[0][0])
            for key in ["a", "b"] {
                try await db.sql("SELECT ix_enqueue(\(names(key)), batch_id => '\(batch)')")
            }
            try await db.sql("UPDATE ix_jobs SET status = 'running' WHERE request_id = 'a'")
            try await db.sql("UPDATE ix_jobs \(Self.end) WHERE request_id = 'a'")
            let idle = db.session()
            try await idle.sql("BEGIN; SELECT ix_cancel_batch('\(batch)')")
            let pass = db.session()
            try await pass.sql("SET lock_timeout = '20s'")
            let first = try await pass.sql("SELECT notes, released, failed, more FROM ix_release(10)")
            #expect(first == [["1", "0", "0", "f"]])
            try await idle.sql("ROLLBACK")
            #expect(try await pass.sql("SELECT released FROM ix_release(10)") == [["0"]])
            #expect(try await db.sql("SELECT count(*) FROM ix_dependencies") == [["1"]])
            try await db.sql("SELECT ix_cancel(job_id) FROM ix_jobs WHERE request_id = 'b'")
            #expect(try await pass.sql("SELECT released FROM ix_release(10)") == [["1"]])
            await idle.close()
            await pass.close()
        }
    }

    @Test func `a look at batches that fails stops no expiry`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                "SELECT ix_enqueue('{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"e\"}', expires_at => now() - interval '1 s')"
            )
            try await db.sql("ALTER TABLE ix_members RENAME TO ix_members_away")
            let store = db.store(connections: 1)
            let ended = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(ended.count == 1)
            await #expect(throws: StoreError.self) { try await store.perform { try $0.lookAtBatches() } }
            await store.close()
        }
    }

    @Test func `a batch whose note is lost is found by the sweep's look`() async throws {
        try await TestDatabase.with { db in
            try await Self.batchOfOne(db)
            let store = db.store(connections: 1)
            try await store.perform { try $0.lookAtBatches() }
            #expect(try await db.sql("SELECT count(*) FROM ix_ended") == [["0"]])
            try await db.sql(
                "SELECT ix_cancel(job_id) FROM ix_jobs WHERE batch_id IS NOT NULL; DELETE FROM ix_ended; DELETE FROM ix_dependencies"
            )
            try await store.perform { try $0.lookAtBatches() }
            #expect(try await db.sql("SELECT released FROM ix_release(10)") == [["1"]])
            await store.close()
        }
    }
}
