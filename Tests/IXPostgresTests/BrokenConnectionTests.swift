import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Connections that break in every way they can: each call ends by its deadline, and the next one works.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct BrokenConnectionTests {
    @Test func `a connection that goes dead ends a call by its deadline, and the next call reconnects`() async throws {
        try await TestDatabase.with { db in
            let (proxy, store) = try db.proxied()
            let daemon = try await store.daemon()
            proxy.become(.blackHole)
            let start = ContinuousClock.now
            let error = await #expect(throws: StoreError.self) { try await store.insert("a") }
            #expect(error?.code == .deadlineExceeded && error?.isTransient == true)
            #expect(ContinuousClock.now - start < .seconds(5))
            proxy.become(.open)
            let inserted = try await store.insert("a")
            let claimed = try await store.claim(daemon)
            #expect(!inserted.isDuplicate && claimed?.attempt.jobID == inserted.jobID)
            await store.close()
        }
    }

    @Test func `a server that accepts and says nothing is unavailable by the connect timeout`() async throws {
        try await TestDatabase.with { db in
            let (proxy, store) = try db.proxied()
            proxy.become(.blackHole)
            let start = ContinuousClock.now
            let error = await #expect(throws: StoreError.self) { try await store.insert("a") }
            #expect(error?.code == .unavailable && ContinuousClock.now - start < .seconds(6))
            proxy.become(.open)
            try await store.insert("a")
            await store.close()
        }
    }

    @Test func `a hand-back whose reply was lost is fenced when it is sent again, and happened once`() async throws {
        try await TestDatabase.with { db in
            let (proxy, store) = try db.proxied()
            try await store.insert("a")
            let (first, daemon) = try await store.claimed()
            _ = try await store.end(first, .back(usesUpStart: false, pause: nil))  // its statement is prepared now
            let attempt = try #require(try await store.claim(daemon)).attempt
            proxy.become(.replyless)
            let lost = await #expect(throws: StoreError.self) { try await store.end(attempt, .back(pause: nil)) }
            proxy.become(.open)
            let arrived = try await eventually { try await db.count("ix_jobs WHERE status = 'pending'") == 1 }
            let again = try await store.end(attempt, .back(pause: nil))
            let job = try await store.job(attempt.jobID)
            #expect(lost?.code == .deadlineExceeded && arrived && again == .fenced && job.attempts == 2)
            await store.close()
        }
    }

    @Test func `a result whose reply was lost is ended, with its callback, when it is sent again`() async throws {
        try await TestDatabase.with { db in
            let (proxy, store) = try db.proxied()
            try await store.insert("warm-up")
            try await store.insert("a")
            let (first, daemon) = try await store.claimed()
            _ = try await store.end(first, .success())
            let attempt = try #require(try await store.claim(daemon)).attempt
            proxy.become(.replyless)
            await #expect(throws: StoreError.self) { try await store.end(attempt, .success()) }
            proxy.become(.open)
            let arrived = try await eventually { try await db.count("ix_jobs WHERE status = 'done'") == 2 }
            let again = try await store.end(attempt, .success())
            guard case .ended(.done, true) = again else { return #expect(Bool(false), "\(again)") }
            #expect(arrived)
            await store.close()
        }
    }

    @Test func `a backend that was terminated between two calls costs none of them`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            let daemon = try await store.daemon()
            try await db.terminateOthers()
            let inserted = try await store.insert("a")
            let claimed = try await store.claim(daemon)
            #expect(claimed?.attempt.jobID == inserted.jobID)
            await store.close()
        }
    }

    @Test func `of statements that travel together the one that failed is named`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            try await db.sql("ALTER TABLE ix_attempts RENAME TO elsewhere")
            let error = await #expect(throws: StoreError.self) {
                try await store.perform { operations in
                    let completion = Completion(
                        attempt, try .success(), note: AttemptNote(.complete, exitStatus: nil, logTail: "said"))
                    _ = try operations.completeAndClaim(completion, Claim(daemonID: daemon))
                }
            }
            #expect(error?.operation == "record_attempt" && error?.code == .schema)
            await store.close()
        }
    }

    @Test func `a backend terminated inside a transaction rolls it back and frees the connection`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            let (inside, ended) = (Meeting(of: 2), Meeting(of: 2))
            let transaction = Task {
                try await store.transaction { operations in
                    _ = try operations.insertPending(.make("a"))
                    try inside.wait()
                    try ended.wait()
                    return try operations.insertPending(.make("b"))
                }
            }
            let isInside = try await eventually {
                try await db.count(
                    "pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'") == 1
            }
            inside.arrive()
            try await db.terminateOthers()
            ended.arrive()
            let error = await #expect(throws: StoreError.self) { try await transaction.value }
            let after = try await store.insert("a")
            #expect(isInside && error?.code == .unavailable && !after.isDuplicate)
            await store.close()
        }
    }

    @Test func `a read-only server is unavailable until it isn't`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            try await store.insert("before")
            try await db.sql("ALTER DATABASE \(db.name) SET default_transaction_read_only = on")
            try await db.terminateOthers()
            for _ in 0..<2 {
                let error = await #expect(throws: StoreError.self) { try await store.insert("during") }
                #expect(error?.code == .unavailable && error?.isTransient == true)
            }
            try await db.sql("ALTER DATABASE \(db.name) SET default_transaction_read_only = off")
            let after = try await store.insert("during")
            #expect(!after.isDuplicate)
            await store.close()
        }
    }

    @Test func `a session that turned read-only is dropped for a fresh one`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            try await store.raw("SET default_transaction_read_only = on")
            let error = await #expect(throws: StoreError.self) { try await store.insert("a") }
            #expect(error?.code == .unavailable && error?.storeCode == "25006")
            let after = try await store.insert("a")
            #expect(!after.isDuplicate)
            await store.close()
        }
    }
}

/// A server that crashes and comes back, and one that is stopped for a while.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct ServerRestartTests {
    @Test func `after a crash of the server the same store and listener go on`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { db in
            let store = db.store()
            let (hints, listener) = (Hints(), PostgresListener.make(db.parameters))
            listener.start(hints)
            try await hints.wait(for: 1)
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            try await hints.wait(for: 2)
            try await cluster.restart()
            let isBack = try await eventually { (try? await store.end(attempt, .success())) != nil }
            let status = try await store.job(attempt.jobID).status
            let isAlive = try await store.perform { try $0.renewLease(daemon, lease: .seconds(30)) }
            #expect(isBack && status == .done && isAlive != nil)
            try await hints.wait(for: 3)
            try await cluster.stop()
            let away = await #expect(throws: StoreError.self) { try await store.insert("b") }
            #expect(away?.code == .unavailable)
            try await cluster.start()
            let isServed = try await eventually { (try? await store.insert("b")) != nil }
            #expect(isServed)
            try await hints.wait(for: 4)
            await hints.stop(listener)
            await store.close()
        }
        try await cluster.remove()
    }
}

extension TestDatabase {
    /// A store behind a door that can go deaf, with a short deadline and one connection.
    func proxied() throws -> (TCPProxy, PostgresStore) {
        let proxy = try TCPProxy(to: address)
        let parameters = ConnectionParameters(
            url: try address.url(proxy.detour), applicationName: "ix-test", connectTimeout: .seconds(2),
            callTimeout: .seconds(1))
        return (proxy, PostgresStore(parameters, connections: 1))
    }

    /// Ends all connections to this database except the test's own connection.
    func terminateOthers() async throws {
        let others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        let ended = try await sql("SELECT pid, pg_terminate_backend(pid) FROM \(others)").compactMap { $0[0] }
        guard !ended.isEmpty else { return }
        // Only the ended backends count, because a client may connect again at once.
        let remaining = others + " AND pid IN (" + ended.joined(separator: ", ") + ")"
        guard try await eventually({ try await count(remaining) == 0 }) else { throw TestFailure("a backend stays") }
    }
}
