import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// After the server's clock stepped back, what came in before it looks as if it were of the future; it is due all the same.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct ClockStepTests {
    private static let hour = "now() + interval '1 hour'"

    @Test func `jobs and callbacks from before a step back are due, and what is scheduled stays`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            for key in ["ended", "waiting", "scheduled"] {
                var insertion = try NewJob.make(key)
                insertion.callbackURL = "http://a/"
                try await store.insert(insertion)
                if key == "ended" { _ = try await store.end(try await store.claimed().attempt, .success()) }
            }
            try await db.sql("UPDATE ix_callbacks SET due_at = \(Self.hour), since = \(Self.hour)")
            try await db.sql(
                """
                UPDATE ix_jobs SET created_at = \(Self.hour),
                       run_at = CASE WHEN request_id = 'scheduled' THEN \(Self.hour) END WHERE status = 'pending'
                """)
            #expect(try await store.perform { try $0.catchUpPending() } == 1)
            #expect(try await store.perform { try $0.catchUpCallbacks() } == 1)
            #expect(try await store.perform { try $0.catchUpCallbacks() } == 0)
            #expect(try await store.dueCallbacks().count == 1)
            let claimed = try await store.claimed()
            #expect(try await db.count("ix_jobs WHERE request_id = 'waiting' AND status = 'running'") == 1)
            _ = try await store.end(claimed.attempt, .success())
            #expect(try await db.count("ix_jobs WHERE request_id = 'scheduled' AND status = 'pending'") == 1)
            await store.close()
        }
    }

    @Test func `a lost daemon's jobs wait for its lease alone after a step back`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            for key in ["lost", "gone"] { try await store.insert(key) }
            let (attempt, lost) = try await store.claimed()
            let gone = try await store.claimed().daemon
            try await store.die(gone)
            _ = try await store.perform { try $0.renewLease(lost, lease: .seconds(30)) }
            // As the clock's step leaves it.
            try await db.sql("UPDATE ix_jobs SET started_at = \(Self.hour) WHERE status = 'running'")
            try await db.sql(
                "UPDATE ix_daemons SET renewed_at = \(Self.hour), lease_until = lease_until + interval '1 hour'")
            let other = try await store.daemon()
            _ = try await store.perform { try $0.renewLease(other, lease: .seconds(600)) }
            let left = "extract(epoch FROM lease_until - now())"
            #expect(try await db.count("ix_daemons WHERE daemon_id = '\(lost)' AND \(left) BETWEEN 1 AND 31") == 1)
            #expect(try await db.count("ix_daemons WHERE daemon_id = '\(other)' AND \(left) > 500") == 1)
            #expect(try await db.count("ix_daemons WHERE daemon_id = '\(gone)' AND lease_until = '-infinity'") == 1)
            #expect(
                try await store.sweep().count == 1,
                "the job of the daemon declared gone, though it began ahead of the clock")
            try await db.sql("UPDATE ix_daemons SET lease_until = now() WHERE daemon_id = '\(lost)'")
            #expect(try await store.sweep().map(\.jobID) == [attempt.jobID])
            await store.close()
        }
    }

    @Test func `heartbeats at once wait for no other's lease`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let (mine, locked) = (try await store.daemon(), try await store.daemon())
            try await db.sql(
                "UPDATE ix_daemons SET renewed_at = \(Self.hour), lease_until = \(Self.hour) + interval '30 s'")
            let session = db.session()
            try await session.sql("BEGIN; SELECT 1 FROM ix_daemons WHERE daemon_id = '\(locked)' FOR UPDATE")
            #expect(try await store.perform { try $0.renewLease(mine, lease: .seconds(30)) } != nil)
            #expect(try await db.count("ix_daemons WHERE renewed_at > now()") == 1)
            try await session.sql("COMMIT")
            await session.close()
            await store.close()
        }
    }

    @Test func `a suspect whose time lies ahead after a step back runs when its turn comes`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            try await store.insert("suspect")
            try await store.die(try await store.claimed().daemon)
            #expect(try await store.sweep().count == 1)
            try await db.sql("UPDATE ix_suspects SET run_at = \(Self.hour), is_held = true")
            try await db.sql("UPDATE ix_jobs SET run_at = \(Self.hour)")
            #expect(try await store.perform { try $0.updateSuspects() } == SuspectCount(suspects: 1, released: 1))
            _ = try await store.claimed()
            await store.close()
        }
    }
}
