import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Synchronization
import Testing

@testable import IXPostgres

/// Busy workers claim by candidates that are read ahead; what that changes is speed alone.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct CandidatesTests {
    @Test func `busy workers start every job once, by lists, and their declarations go`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 2_000)
            try await db.sql(
                """
                CREATE TABLE lists (jobs integer);
                CREATE FUNCTION note_list() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN INSERT INTO lists VALUES (cardinality(NEW.job_ids)); RETURN NEW; END';
                CREATE TRIGGER note_list BEFORE INSERT ON ix_running FOR EACH ROW EXECUTE FUNCTION note_list();
                """)
            let store = db.store(connections: 4)
            let daemon = try await store.daemon()
            let started = try await withThrowingTaskGroup(of: [UUID].self) { workers in
                for _ in 0..<4 { workers.addTask { try await store.drained(by: daemon) } }
                return try await workers.reduce(into: []) { $0 += $1 }
            }
            #expect(started.count == 2_000 && Set(started).count == 2_000)
            #expect(try await db.count("ix_jobs WHERE status = 'done' AND due_at IS NULL") == 2_000)
            let listed =
                try await db.sql("SELECT sum(jobs) FROM lists WHERE jobs > 1").first?[0].flatMap { Int($0) } ?? 0
            #expect(listed > 0, "\(listed) jobs came by lists")
            #expect(try await db.count("ix_running") < 300)
            await store.close()
        }
    }

    @Test func `a job whose row moved since its claim ends all the same`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 2)
            let store = db.store()
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            try await db.sql("UPDATE ix_jobs SET priority = 1 WHERE job_id = $1::uuid", [job.attempt.jobID.uuidString])
            let completion = try Completion(job.attempt, .success())
            let (end, next) = try await store.perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }
            #expect(end == .ended(.done, isCallbackDue: false) && next != nil)
            await store.close()
        }
    }

    @Test func `a job that is cancelled after its claim ends as cancelled, whatever its place`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 2)
            let store = db.store()
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            _ = try await store.perform { try $0.cancel([job.attempt.jobID]) }
            let completion = try Completion(job.attempt, .success())
            let (end, _) = try await store.perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }
            #expect(end == .ended(.error, isCallbackDue: false))
            await store.close()
        }
    }

    @Test func `the declarations of a dead daemon go when none of their jobs can start any more`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 3)
            let store = db.store()
            let (dead, daemon) = (try await store.daemon(), try await store.daemon())
            _ = try #require(try await store.claim(dead))
            try await store.perform { try $0.endLease(dead) }
            #expect(try await store.sweep().count == 1)
            let swept = try #require(try await store.claim(daemon))
            #expect(try await store.sweep().isEmpty)
            #expect(try await db.count("ix_running") == 2, "the dead daemon may have believed in its lease until now")
            try await db.sql(
                "UPDATE ix_daemons SET renewed_at = now() - interval '2 hours' WHERE daemon_id = $1::uuid",
                [dead.uuidString])
            #expect(try await store.sweep().isEmpty)
            #expect(try await db.count("ix_running") == 2, "the job runs again")
            _ = try await store.end(swept.attempt, .success())
            #expect(try await store.sweep().isEmpty)
            #expect(try await db.sql("SELECT daemon_id FROM ix_running") == [[daemon.uuidString.lowercased()]])
            await store.close()
        }
    }

    @Test func `each daemon reads its own part, by its rank`() {
        let parts = [1: 1, 2: 2, 3: 2, 4: 4, 7: 4, 8: 8, 20: 8]
        for (daemons, count) in parts {
            let shares = (0..<daemons).map { Candidates.Share(daemons: daemons, rank: $0) }
            #expect(shares.allSatisfy { $0.mask == count - 1 } && Set(shares.map(\.part)) == Set(0..<count))
        }
        #expect(Candidates.Share(daemons: 0, rank: 0) == .all)
    }
}

extension JobStore {
    /// Claims and ends jobs until none is due; returns their ids.
    fileprivate func drained(by daemon: UUID) async throws -> [UUID] {
        var started: [UUID] = []
        var job = try await claim(daemon)
        while let held = job {
            started.append(held.attempt.jobID)
            let completion = try Completion(held.attempt, .success())
            (_, job) = try await perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }
        }
        return started
    }
}
