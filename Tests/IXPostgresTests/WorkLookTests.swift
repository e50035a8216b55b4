import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// What an idle daemon asks the server, in place of a claim and of its duties' own looks.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct WorkLookTests {
    @Test func `a look finds due jobs, plain ones and those in line, and nothing of the future`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let finds = { () async throws -> Bool in
                try #require(try await store.perform { try $0.lookForWork(whole: false) }).hasJobs
            }
            #expect(try await !finds())
            try await store.insert("later", runAt: "2999-01-01T00:00:00Z")
            #expect(try await !finds())
            let plain = try await store.insert("now")
            #expect(try await finds())
            try await db.sql("SELECT ix_cancel('\(plain.jobID)')")
            #expect(try await !finds())
            try await db.sql(
                """
                SELECT ix_set_queue('mail', '{"concurrency": 1}');
                SELECT ix_enqueue('{"use_case": "mail", "ix_client_id": "c", "request_id": "lined"}')
                """)
            #expect(try await finds())
            await store.close()
        }
    }

    @Test func `a look finds a job behind the mark, and soon one before it`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let daemon = try await store.daemon()
            try await store.insert("first")
            let first = try #require(try await store.claim(daemon))
            try await store.insert("second")
            #expect(try await store.perform { try $0.lookForWork(whole: false) }?.hasJobs == true)
            #expect(try await store.claim(daemon) != nil)
            _ = try await store.end(first.attempt, .back())
            let isFound = try await eventually {
                try await store.perform { try $0.lookForWork(whole: false) }?.hasJobs == true
            }
            #expect(isFound)
            await store.close()
        }
    }

    @Test func `a look in place of an idle worker's claim finds at once, in every daemon, what was committed late`()
        async throws
    {
        try await TestDatabase.with { db in
            let stores = [db.store(), db.store()]
            let late = db.session()
            try await late.sql(
                """
                BEGIN; INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, created_at)
                VALUES (gen_random_uuid(), 'x', 'late', 'late', '{}', '2001-01-01')
                """)
            // The mark of each daemon stands behind the late job, and its scan from the start has just been.
            for (place, store) in stores.enumerated() {
                let daemon = try await store.daemon()
                try await store.insert("\(place)")
                #expect(try await store.claim(daemon) != nil)
            }
            try await late.sql("COMMIT")
            for store in stores {
                #expect(try await store.perform { try $0.lookForWork(whole: true) }?.hasJobs == true)
                await store.close()
            }
        }
    }

    @Test func `a look wakes the duty of lines for a new queue, and for a plain job of the queue`() async throws {
        try await TestDatabase.with { db in
            let signs = WorkSigns()
            let store = PostgresStore(db.parameters, connections: 1, signs: signs)
            let rung = Locked(0)
            signs.forLines.value = { rung.value += 1 }
            _ = try await store.perform { try $0.lookForWork(whole: false) }
            #expect(rung.value == 0)
            let daemon = try await store.daemon()
            try await store.insert(.make("1", useCase: "mail"))
            let job = try #require(try await store.claim(daemon))
            try await db.sql("SELECT ix_set_queue('mail', '{\"concurrency\": 1}')")
            _ = try await store.perform { try $0.lookForWork(whole: false) }
            #expect(rung.value == 1 && !signs.hasPlain)
            // The job ran as a plain one, and goes back as one.
            _ = try await store.end(job.attempt, .back())
            _ = try await store.perform { try $0.lookForWork(whole: false) }
            #expect(rung.value == 2 && signs.hasPlain)
            await store.close()
        }
    }

    @Test func `an end with dependents wakes their release, by whichever program it was written`() async throws {
        try await TestDatabase.with { db in
            let signs = WorkSigns()
            let store = PostgresStore(db.parameters, connections: 1, signs: signs)
            let rung = Locked(0)
            signs.forRelease.value = { rung.value += 1 }
            let look = { _ = try await store.perform { try $0.lookForWork(whole: false) } }
            let enqueue =
                "SELECT job_id FROM ix_enqueue('{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"%\"}'"
            let parent = try #require(try await db.sql(enqueue.replacing("%", with: "parent") + ")")[0][0])
            let daemon = try await store.daemon()
            try await look()
            #expect(rung.value == 0)
            // A new dependent job is noted, so that its parents are marked.
            try await db.sql(enqueue.replacing("%", with: "child") + ", after => ARRAY['\(parent)']::uuid[])")
            try await look()
            #expect(rung.value == 1)
            try await db.sql("SELECT ix_release(10)")
            try await look()
            #expect(rung.value == 1)
            let job = try #require(try await store.claim(daemon))
            #expect(job.attempt.jobID.uuidString.lowercased() == parent && job.hasFollowers)
            _ = try await store.end(job.attempt, .success())
            #expect(rung.value == 2)
            await store.close()
        }
    }

    @Test func `the sweep and the suspects are woken for what they have to do, and for nothing else`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            let (mine, other) = (try await store.daemon(), try await store.daemon())
            let needs = { () async throws -> UpkeepNeeds in
                try await store.perform { try $0.foreignWork(mine, serving: nil) }.needs
            }
            #expect(try await needs() == [])
            try await store.insert("held")
            let held = try #require(try await store.claim(other))
            #expect(try await needs() == [])
            try await store.die(other)
            #expect(try await needs() == .sweep)
            #expect(try await store.sweep().map(\.jobID) == [held.attempt.jobID])
            #expect(try await needs().contains(.suspects))
            try await db.sql("DELETE FROM ix_suspects; DELETE FROM ix_running")
            #expect(try await needs() == [])
            try await db.sql(
                """
                SELECT ix_enqueue('{"use_case": "u", "ix_client_id": "c", "request_id": "late"}', expires_at => '2020-01-01T00:00:00Z')
                """)
            #expect(try await needs() == .sweep)
            _ = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(try await needs() == [])
            try await db.sql("UPDATE ix_jobs SET created_at = now() + interval '1 hour' WHERE request_id = 'held'")
            #expect(try await needs() == .sweep)
            await store.close()
        }
    }
}
