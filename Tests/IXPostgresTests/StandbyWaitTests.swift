import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// A server whose only synchronous standby is gone: commits hang, and don't pile up.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct StandbyWaitTests {
    @Test func `calls that wait for a standby say so, and leave no more sessions than there are connections`()
        async throws
    {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { db in
            var parameters = db.parameters
            (parameters.callTimeout, parameters.applicationName) = (.seconds(1), "ix-standby")
            let store = PostgresStore(parameters, connections: 2)
            try await store.insert("before")
            try await db.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try await db.sql("SELECT pg_reload_conf()")
            // The setting has arrived when a commit of ours waits.
            let first = await #expect(throws: StoreError.self) {
                for number in 1...100 { try await store.insert("wait-\(number)") }
            }
            #expect(first?.code == .deadlineExceeded)
            var said: [StoreError] = []
            for number in 1...6 {
                do { try await store.insert("more-\(number)") } catch let error as StoreError { said.append(error) }
            }
            #expect(said.count == 6)
            #expect(
                said.contains {
                    $0.code == .unavailable && $0.message.contains("standby") && $0.message.contains("nobody")
                })
            // A call that is lost at another server isn't told that it waits for a standby.
            try await TestDatabase.with { elsewhere in
                let (proxy, other) = try elsewhere.proxied()
                try await other.insert("warm-up")
                proxy.become(.replyless)
                let lost = await #expect(throws: StoreError.self) { try await other.insert("a") }
                proxy.become(.open)
                // The answer about the first server is fresh when the second server's client looks.
                for number in 7...8 {
                    await #expect(throws: StoreError.self) { try await store.insert("more-\(number)") }
                }
                let again = try await other.insert("a")
                #expect(lost?.code == .deadlineExceeded && again.isDuplicate)
                await other.close()
            }
            let sessions = try await db.count("pg_stat_activity WHERE application_name = 'ix-standby'")
            #expect(sessions <= 3, "\(sessions)")
            let reader = db.store()
            let isCounted = try await eventually(within: .seconds(10)) {
                try await reader.perform { try $0.statistics(countingEnded: false) }.standbyWait?.names == "nobody"
            }
            #expect(isCounted)
            await reader.close()
            try await db.sql("ALTER SYSTEM RESET synchronous_standby_names")
            try await db.sql("SELECT pg_reload_conf()")
            let works = try await eventually(within: .seconds(20)) {
                do { return try await store.insert("after").status == .pending } catch is StoreError { return false }
            }
            #expect(works)
            await store.close()
        }
        try await cluster.remove()
    }

    @Test func `a repeat waits for the standby that the first insert gave up to wait for`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { db in
            let (first, second) = (db.session(), db.session())
            let insert = "SELECT (ix_enqueue('{}', use_case => 'e', client_id => 'c', request_id => 'r')).duplicate"
            let isWaiting = "EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep')"
            try await db.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try await db.sql("SELECT pg_reload_conf()")
            try await db.wait(until: "current_setting('synchronous_standby_names') = 'nobody'")
            async let inserted = first.sql(insert)
            try await db.wait(until: isWaiting)
            // The commit is complete on this server, and on no other.
            try await db.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            #expect(try await inserted[0][0] == "f")
            async let repeated = second.sql(insert)
            try await db.wait(until: isWaiting)
            try await db.sql("ALTER SYSTEM RESET synchronous_standby_names")
            try await db.sql("SELECT pg_reload_conf()")
            #expect(try await repeated[0][0] == "t")
            await first.close()
            await second.close()
        }
        try await cluster.remove()
    }
}
