import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// A worker that ends a job in line gives its place to the next of the group.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct HandOnTests {
    /// A running job in line, and what ends it and hands its place on.
    private struct Held {
        let db: TestDatabase
        let daemon: UUID
        let jobID: String

        /// Ends the job in the session's transaction, and returns the request_id of the next; nil when nothing is handed on.
        func end(_ session: SQLSession, useCases: String = "NULL") async throws -> String? {
            try await session.sql(
                """
                UPDATE ix_jobs SET status = 'done', response = '{"error": null}', finished_at = now(), finished_claim = claim_id
                 WHERE job_id = $1::uuid
                """, [jobID])
            let claim = try await session.sql("SELECT claim_id FROM ix_jobs WHERE job_id = $1::uuid", [jobID])
            let rows = try await session.sql(
                "SELECT request_id FROM ix_hand_on($1::uuid, $2::uuid, gen_random_uuid(), $3::uuid, false, \(useCases), true, NULL)",
                [jobID, claim[0][0], daemon.uuidString])
            return rows.first?[0]
        }
    }

    /// Four jobs of a group, of which the first runs; a pass has seen its group full.
    private static func with(
        _ settings: String = #"{"group_concurrency": 1}"#, _ body: (Held) async throws -> Void
    ) async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('mail', $1::jsonb)", [settings])
            for key in ["1", "2", "3", "4"] {
                try await db.sql(
                    """
                    SELECT ix_enqueue(jsonb_build_object('use_case', 'mail', 'ix_client_id', 'c', 'request_id', $1::text),
                                      group_key => 'm')
                    """, [key])
            }
            let store = db.store()
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            await store.close()
            #expect(job.names.requestID == "1")
            try await db.sql("SELECT ix_admit(20)")
            try await body(Held(db: db, daemon: daemon, jobID: job.attempt.jobID.uuidString))
        }
    }

    private static let turns = "SELECT turn, held FROM ix_lines WHERE turn IS NOT NULL"

    @Test(arguments: [#"{"group_concurrency": 1}"#, #"{"strict": true}"#])
    func `a place handed on is counted once`(_ settings: String) async throws {
        try await Self.with(settings) { held in
            let before = try await held.db.sql(Self.turns)
            let session = held.db.session()
            try await session.sql("BEGIN")
            let next = try await held.end(session)
            #expect(next == "2")
            // A pass beside it counts the place for the first job, and one behind it for the second.
            let beside = try await held.db.sql("SELECT a.admitted FROM ix_admit(20) AS a")
            try await session.sql("COMMIT")
            let behind = try await held.db.sql("SELECT a.admitted FROM ix_admit(20) AS a")
            #expect(beside == [["0"]] && behind == [["0"]])
            let after = try await held.db.sql(Self.turns)
            #expect(after == before && before.count == 1)
            let running = try await held.db.sql("SELECT request_id FROM ix_jobs WHERE status = 'running'")
            #expect(running == [["2"]])
            await session.close()
        }
    }

    @Test(arguments: [
        "SELECT ix_pause('mail')", "SELECT ix_pause('mail', 'm')",
        "SELECT ix_set_queue('mail', '{\"concurrency\": 7}')",
        "SELECT ix_set_group('mail', 'm', 5)", "SELECT ix_set_queue('mail', '{\"rate\": 5, \"rate_seconds\": 1}')",
        "UPDATE ix_daemons SET lease_until = now()", "UPDATE ix_admissions SET hands_on = '{}'",
        "UPDATE ix_admissions SET hands_on = '{\"mail\": {\"priority\": 0, \"group\": \"other\"}}'",
    ])
    func `nothing is handed on behind a pause, a change, a rate, or the end of the lease`(
        _ change: String
    ) async throws {
        try await Self.with { held in
            try await held.db.sql(change)
            let session = held.db.session()
            let next = try await held.end(session)
            #expect(next == nil)
            let line = try await held.db.sql("SELECT 1 FROM ix_lines WHERE job_id = $1::uuid", [held.jobID])
            #expect(line == [])
            await session.close()
        }
    }

    @Test func `a job that has a turn goes before the next of the group, unless another claim holds it`() async throws {
        try await Self.with { held in
            try await held.db.sql("UPDATE ix_lines SET turn = 99 WHERE seq = (SELECT max(seq) FROM ix_lines)")
            try await held.db.sql("UPDATE ix_admissions SET unclaimed = 99")
            let (session, other) = (held.db.session(), held.db.session())
            try await other.sql("BEGIN")
            try await other.sql("SELECT 1 FROM ix_lines WHERE turn = 99 FOR UPDATE")
            try await session.sql("BEGIN")
            #expect(try await held.end(session) == "2", "the place is handed on")
            try await session.sql("ROLLBACK")
            try await other.sql("ROLLBACK")
            #expect(try await held.end(session) == "4")
            #expect(try await held.db.sql(Self.turns) == [["99", "t"]], "the ended job's place is free")
            await session.close()
            await other.close()
        }
    }

    @Test func `a job of a use case that the daemon leaves out isn't handed on`() async throws {
        try await Self.with { held in
            let session = held.db.session()
            let next = try await held.end(session, useCases: "ARRAY['other']")
            #expect(next == nil)
            await session.close()
        }
    }

    @Test(arguments: [true, false])
    func `a locked head holds a strict group alone`(_ isStrict: Bool) async throws {
        try await Self.with(isStrict ? #"{"strict": true}"# : #"{"group_concurrency": 1}"#) { held in
            let (session, other) = (held.db.session(), held.db.session())
            try await other.sql("BEGIN")
            try await other.sql(
                "SELECT 1 FROM ix_lines l JOIN ix_jobs j USING (job_id) WHERE j.request_id = '2' FOR UPDATE OF l")
            let next = try await held.end(session)
            #expect(next == (isStrict ? nil : "3"))
            try await other.sql("COMMIT")
            await other.close()
            await session.close()
        }
    }

    @Test func `a strict group's head whose time is ahead isn't handed on`() async throws {
        try await Self.with(#"{"strict": true}"#) { held in
            try await held.db.sql("UPDATE ix_jobs SET run_at = now() + interval '1 hour' WHERE request_id = '2'")
            let session = held.db.session()
            let next = try await held.end(session)
            #expect(next == nil)
            await session.close()
        }
    }

    @Test func `a pause waits for an end that hands its place on, and an end for no pause`() async throws {
        try await Self.with { held in
            let (session, pause) = (held.db.session(), held.db.session())
            try await session.sql("BEGIN")
            let next = try await held.end(session)
            #expect(next == "2")
            let isPaused = Locked(false)
            let waiting = Task {
                try await pause.sql("SELECT ix_pause('mail')")
                isPaused.value = true
            }
            try await held.db.wait(
                until: """
                    EXISTS (SELECT 1 FROM pg_locks
                             WHERE locktype = 'relation' AND relation = 'ix_hand_on_gate'::regclass AND NOT granted
                               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                    """)
            #expect(!isPaused.value)
            try await session.sql("COMMIT")
            try await waiting.value
            #expect(isPaused.value)
            await pause.close()
            await session.close()
        }
    }

    @Test func `a worker of one group goes on by its own ends`() async throws {
        try await Self.with { held in
            try await held.db.sql(
                "UPDATE ix_jobs SET status = 'done', finished_at = now(), finished_claim = claim_id WHERE status = 'running'"
            )
            let store = held.db.store()
            var job = try #require(try await store.claim(held.daemon))
            let turn = try await held.db.sql(Self.turns)
            for next in ["3", "4"] {
                let end = Completion(job.attempt, try .success())
                let claim = Claim(daemonID: held.daemon)
                job = try #require(
                    try await store.operate { operations in
                        // A worker asks for plain jobs now and then, which are none here.
                        operations.view.lines.missedPlain()
                        return try operations.endAndClaim(end, claim).job
                    })
                #expect(job.names.requestID == next)
                #expect(try await held.db.sql(Self.turns) == turn)
            }
            let end = Completion(job.attempt, try .success())
            let none = try await store.perform { try $0.completeAndClaim(end, Claim(daemonID: held.daemon)) }.1
            let lines = try await held.db.sql("SELECT 1 FROM ix_lines")
            #expect(none == nil && lines == [])
            await store.close()
        }
    }
}
