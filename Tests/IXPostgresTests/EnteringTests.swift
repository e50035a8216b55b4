import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// How a queue that got its row takes over the plain jobs of its use case.
@Suite(.needsPostgres, .timeLimit(.minutes(5))) struct EnteringTests {
    private static func insert(_ session: SQLSession, _ key: String) async throws {
        try await session.sql(
            "SELECT ix_enqueue(jsonb_build_object('use_case', 'mail', 'ix_client_id', 'c', 'request_id', $1::text))",
            [key])
    }

    @Test func `claims leave the use case out until no insert can have missed the queue`() async throws {
        try await TestDatabase.with { db in
            let (store, late) = (db.store(), db.session())
            let daemon = try await store.daemon()
            try await late.sql("BEGIN")
            try await Self.insert(late, "late")
            try await db.sql("SELECT ix_set_queue('mail', '{\"concurrency\": 0}')")
            let duty = { try await store.operate { try $0.enterQueues(limit: 1000) } }
            let entering = { try await db.sql("SELECT entering FROM ix_queues")[0][0] }
            // The first round notes a transaction, and a later one finds the producer's still open.
            for _ in 0..<2 {
                let (moved, note) = (try await duty(), try await entering())
                #expect(moved == 0 && note != "0" && note != nil)
            }
            try await late.sql("COMMIT")
            let plain = try await db.sql("SELECT count(*) FROM ix_jobs WHERE due_at IS NOT NULL")
            let claimed = try await store.claim(daemon)
            #expect(plain == [["1"]] && claimed == nil)
            let (moved, note) = (try await duty(), try await entering())
            #expect(moved == 1 && note != nil)
            // Transactions of other databases count, too.
            let isSettled = try await eventually(within: .seconds(240)) {
                let (more, none) = (try await duty(), try await entering())
                return more == 0 && none == nil
            }
            #expect(isSettled)
            try await Self.insert(late, "lined")
            #expect(try await db.sql("SELECT count(*) FROM ix_lines") == [["2"]])
            await late.close()
            await store.close()
        }
    }

    @Test func `plain jobs of other use cases are claimed meanwhile, and by candidates again afterwards`() async throws
    {
        try await TestDatabase.with { db in
            let store = db.store()
            let daemon = try await store.daemon()
            try await db.sql("SELECT ix_pause('mail')")
            try await db.fill(jobs: 40)
            #expect(try await store.claim(daemon) != nil)
            let isSettled = try await eventually(within: .seconds(240)) {
                try await store.operate { operations in
                    _ = try operations.enterQueues(limit: 1000)
                    _ = try operations.look()
                    return operations.view.lines.entering == []
                }
            }
            #expect(isSettled)
            #expect(try await store.claim(daemon) != nil)
            await store.close()
        }
    }
}
