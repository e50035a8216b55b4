import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The outbox under many hands, large backlogs, and whatever plan the server picks.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct OutboxPlanTests {
    @Test func `a claim takes what it asked for under every forced plan`() async throws {
        try await TestDatabase.with { db in
            try await db.insertDue(400, endpoints: 40)
            for plan in BadPlan.all {
                let store = try db.store(settings: plan)
                let claimed = try await store.dueCallbacks(limit: 7, slotsPerEndpoint: 2)
                let most = Dictionary(grouping: claimed) { $0.endpoint }.values.map(\.count).max()
                #expect(claimed.count == 7 && (most ?? 3) <= 2, "\(plan)")
                await store.close()
            }
        }
    }

    @Test func `many daemons at once claim each callback once`() async throws {
        try await TestDatabase.with { db in
            try await db.insertDue(1000, endpoints: 10)
            let stores = (0..<6).map { _ in db.store(connections: 1) }
            let claimed = try await withThrowingTaskGroup(of: [UUID].self) { group in
                for store in stores {
                    group.addTask {
                        var mine: [UUID] = []
                        while true {
                            let some = try await store.dueCallbacks(limit: 9, slotsPerEndpoint: 3)
                            if some.isEmpty,
                                try await store.perform({ try $0.nextCallback(slots: [:], shares: [:]) }) != .zero
                            {
                                return mine
                            }
                            mine += some.map(\.jobID)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 1000 && Set(claimed).count == 1000)
            for store in stores { await store.close() }
        }
    }

    @Test func `a backlog of fifty thousand at an endpoint without slots costs a claim nothing`() async throws {
        try await TestDatabase.with { db in
            try await db.insertDue(50_000, endpoints: 1)
            try await db.insertDue(20, endpoints: 20, from: 100_000)
            let store = db.store()
            _ = try await store.dueCallbacks(limit: 1, slots: ["http://h0": 0])
            let start = ContinuousClock.now
            let claimed = try await store.dueCallbacks(limit: 10, slots: ["http://h0": 0])
            #expect(claimed.count == 10 && claimed.allSatisfy { $0.endpoint != "http://h0" })
            #expect(ContinuousClock.now - start < .milliseconds(500))
            await store.close()
        }
    }
}

extension TestDatabase {
    /// Callbacks that are due, spread over endpoints `http://h0` and so on; from `first` on over other ones.
    fileprivate func insertDue(_ count: Int, endpoints: Int, from first: Int = 0) async throws {
        try await sql(
            """
            INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
            SELECT gen_random_uuid(), 'c', 'http://h' || ($3::integer + n % $2::integer) || '/' || n, 'done', '{}'
              FROM generate_series(1, $1::integer) AS n
            """, ["\(count)", "\(endpoints)", "\(first)"])
    }
}
