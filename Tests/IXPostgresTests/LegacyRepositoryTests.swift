import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The legacy repository's own statements beside ours, on the same table at the same time.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct LegacyRepositoryTests {
    @Test func `an old insert is claimed by us with its own ix_id and use case`() async throws {
        try await TestDatabase.with { db in
            let old = LegacyRepository(db)
            let jobID = try await old.insert("a")
            try await old.insert("a")  // its second insert does nothing
            let store = db.store()
            let ours = try await store.insert(.make("a", clientID: "old"))
            #expect(ours.jobID == jobID && ours.isDuplicate && ours.ixID == "00000000000000ff")
            let claimed = try await store.claim(store.daemon())
            #expect(claimed?.attempt.jobID == jobID && claimed?.maxAttempts == 3)
            #expect(claimed?.names.ixID == "00000000000000ff" && claimed?.names.useCase == "extract")
            try await db.expectRefused([])
            await store.close()
        }
    }

    @Test func `a legacy worker claims, ends and sweeps rows of its own undisturbed`() async throws {
        try await TestDatabase.with { db in
            let (old, store) = (LegacyRepository(db), db.store())
            let ours = try await store.insert("ours")
            let theirs = try await old.insert("theirs")
            let first = try await old.claim()
            let second = try await old.claim()
            #expect([first, second] == [ours.jobID, theirs])
            try await old.markDone(ours.jobID)
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours' WHERE status = 'running'")
            try await old.sweep()
            let jobs = (try await store.job(ours.jobID), try await store.job(theirs))
            #expect(jobs.0.status == .done && jobs.0.callbackStatus == nil)
            #expect(jobs.1.status == .pending && jobs.1.attempts == 1)
            try await old.markCallback(ours.jobID, "delivered")
            let told = try await store.job(ours.jobID).callbackStatus
            #expect(told == .delivered)
            try await db.expectRefused([])
            await store.close()
        }
    }

    @Test func `a legacy worker's late end of a row we hold is refused and counted`() async throws {
        try await TestDatabase.with { db in
            let (old, store) = (LegacyRepository(db), db.store())
            let jobID = try await store.insert("a").jobID
            #expect(try await old.claim() == jobID)
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours'")
            _ = try await store.sweep()
            let (attempt, _) = try await store.claimed()
            try await old.markDone(jobID)
            let held = try await store.job(jobID)
            #expect(held.status == .running && held.response == nil && held.claimID == attempt.claimID)
            let result = try await store.end(attempt, .success())
            #expect(result != .fenced)
            try await old.markDone(jobID)
            let ended = try await store.job(jobID)
            #expect(ended.response?.contains("42") == true)
            try await db.expectRefused(["claim", "terminal"])
            await store.close()
        }
    }

    @Test func `an old sweep of a row whose worker lives is refused and counted`() async throws {
        try await TestDatabase.with { db in
            let (old, store) = (LegacyRepository(db), db.store())
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours'")
            try await old.sweep()
            let job = try await store.job(attempt.jobID)
            #expect(job.status == .running && job.attempts == 0 && job.claimID == attempt.claimID)
            try await db.expectRefused(["lease"])
            let result = try await store.end(attempt, .success())
            #expect(result != .fenced)
            await store.close()
        }
    }

    @Test func `an old sweep of a dead worker's row is allowed and fences the dead`() async throws {
        try await TestDatabase.with { db in
            let (old, store) = (LegacyRepository(db), db.store())
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            try await store.die(daemon)
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours'")
            try await old.sweep()
            let job = try await store.job(attempt.jobID)
            #expect(job.status == .pending && job.attempts == 1 && job.claimID == nil && job.daemonID == nil)
            let late = try await store.end(attempt, .success())
            #expect(late == .fenced)
            #expect(try await old.claim() == attempt.jobID)
            try await old.markDone(attempt.jobID)
            let status = try await store.job(attempt.jobID).status
            #expect(status == .done)
            try await db.expectRefused([])
            await store.close()
        }
    }

    @Test func `an old sweep that read before our end doesn't undo it`() async throws {
        try await TestDatabase.with { db in
            let (old, store) = (LegacyRepository(db), db.store())
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours'")
            let stale = try await old.orphans()
            _ = try await store.end(attempt, .success())
            try await store.die(daemon)
            for jobID in stale { try await old.putBack(jobID) }
            let job = try await store.job(attempt.jobID)
            #expect(stale == [attempt.jobID] && job.status == .done && job.attempts == 0)
            try await db.expectRefused(["terminal"])
            await store.close()
        }
    }

    @Test func `old and new workers together end every job once`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 120)
            let store = db.store(connections: 3)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    let old = LegacyRepository(db)
                    group.addTask { while let jobID = try await old.claim() { try await old.markDone(jobID) } }
                    group.addTask {
                        let daemon = try await store.daemon()
                        while let job = try await store.claim(daemon) {
                            let result = try await store.end(job.attempt, .success())
                            #expect(result != .fenced)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let done = try await db.count("ix_jobs WHERE status = 'done' AND attempts = 0")
            #expect(done == 120)
            try await db.expectRefused([])
            await store.close()
        }
    }
}
