import IXConcurrency
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Logging
import Synchronization
import Testing

/// Hints arrive, and a listener that lost its connection comes back by itself.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct ListenerTests {
    @Test func `it hints once when it listens and again for every arrival`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener, store) = (Hints(), PostgresListener.make(db.parameters), db.store())
            listener.start(hints)
            try await hints.wait(for: 1)
            try await store.insert("a")
            try await hints.wait(for: 2)
            try await store.insert("a")  // a duplicate is no arrival
            try await store.insert("ahead", runAt: "2199-01-01T00:00:00Z")  // nor is one that is not due
            try await store.insert("b")
            try await hints.wait(for: 3)
            await hints.stop(listener)
            #expect(hints.total == 3)
            await store.close()
        }
    }

    @Test func `an arrival is followed by two polls for jobs that sent no hint`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener, store) = (Hints(), PostgresListener.make(db.parameters), db.store())
            listener.start(hints)
            // The start counts as an arrival.
            #expect(try await eventually { hints.followUps == 2 })
            try await store.insert("a")
            #expect(try await eventually { hints.followUps == 4 })
            await hints.stop(listener)
            #expect(hints.total == 2)
            await store.close()
        }
    }

    @Test func `the cancel of a running job is told to every listener`() async throws {
        try await TestDatabase.with { db in
            let (hints, store) = ([Hints(), Hints()], db.store())
            let listeners = hints.map { _ in PostgresListener.make(db.parameters) }
            for (listener, hint) in zip(listeners, hints) { listener.start(hint) }
            for hint in hints { try await hint.wait(for: 1) }
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            _ = try await store.perform { try $0.cancel(attempt.jobID) }
            // One more comes with the start: cancels may have been missed.
            let areTold = try await eventually { hints.allSatisfy { $0.cancels == 2 } }
            #expect(areTold)
            for (listener, hint) in zip(listeners, hints) { await hint.stop(listener) }
            await store.close()
        }
    }

    @Test(arguments: [1, 3]) func `of several listeners one is told of an arrival, and the others of nothing`(
        _ others: Int
    ) async throws {
        try await TestDatabase.with { db in
            let hints = (0...others).map { _ in Hints() }
            let listeners = hints.map { _ in PostgresListener.make(db.parameters) }
            for (rank, listener) in listeners.enumerated() {
                listener.start(hints[rank], among: Neighbours(count: listeners.count, rank: rank))
            }
            for hint in hints { try await hint.wait(for: 1) }
            // Ten stamps, as inserts far apart would send.
            for number in 0..<10 { try await db.sql("SELECT ix_send_hint(\(1_800_000_000_000 + number * 24))") }
            try await db.sql("SELECT pg_notify('ix_cancels', '')")
            let areTold = try await eventually { hints.allSatisfy { $0.cancels == 2 } }
            #expect(areTold)
            // One hint more came to each with its start.
            #expect(hints.map { $0.total - 1 }.reduce(0, +) == 10)
            #expect(hints.allSatisfy { $0.empty == 0 })
            for (listener, hint) in zip(listeners, hints) { await hint.stop(listener) }
        }
    }

    @Test func `a rolled back insert gives no hint`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener) = (Hints(), PostgresListener.make(db.parameters))
            listener.start(hints)
            try await hints.wait(for: 1)
            try await db.sql("BEGIN; SELECT ix_enqueue('{}', NULL, 'u', 'c', 'a'); ROLLBACK")
            try await db.sql("SELECT ix_enqueue('{}', NULL, 'u', 'c', 'b')")
            try await hints.wait(for: 2)
            await hints.stop(listener)
            #expect(hints.total == 2)
        }
    }

    @Test func `of many inserts within milliseconds two notify, and a later one does again`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener) = (Hints(), PostgresListener.make(db.parameters))
            listener.start(hints)
            try await hints.wait(for: 1)
            let one = "SELECT ix_enqueue('{}', NULL, 'u', 'c', gen_random_uuid()::text)"
            let start = ContinuousClock.now
            try await db.sql(Array(repeating: one, count: 500).joined(separator: "; COMMIT; "))
            let windows = Int((ContinuousClock.now - start) / .milliseconds(10)) + 1
            // Notifications come in the order of their commits: this one after all of those.
            try await db.sql("SELECT pg_notify('ix_cancels', '')")
            let isTold = try await eventually { hints.cancels == 2 }
            #expect(isTold)
            #expect((2...1 + windows * 2).contains(hints.total), "\(hints.total) in \(windows)0 ms")
            let before = hints.total
            try await db.sql("SELECT pg_sleep(0.01); COMMIT; \(one)")
            try await hints.wait(for: before + 1)
            await hints.stop(listener)
        }
    }

    @Test func `after its backend is terminated it listens again and hints once`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener) = (Hints(), PostgresListener.make(db.parameters))
            listener.start(hints)
            for round in 1...3 {
                try await hints.wait(for: round)
                try await db.terminateOthers()
            }
            try await hints.wait(for: 4)
            try await db.sql("SELECT ix_enqueue('{}', NULL, 'u', 'c', 'a')")
            try await hints.wait(for: 5)
            await hints.stop(listener)
            #expect(hints.total == 5)
        }
    }

    @Test func `a connection that goes dead is noticed within the heartbeat and its limit`() async throws {
        try await TestDatabase.with { db in
            let proxy = try TCPProxy(to: db.address)
            let parameters = ConnectionParameters(
                url: try db.address.url(proxy.detour), applicationName: "ix-test", connectTimeout: .seconds(2),
                callTimeout: .seconds(1))
            let (hints, listener) = (Hints(), PostgresListener.make(parameters))
            listener.start(hints)
            try await hints.wait(for: 1)
            proxy.become(.replyless)
            try await db.sql("SELECT ix_enqueue('{}', NULL, 'u', 'c', 'a')")
            // The heartbeat's answer never comes either, so it breaks off; then everything passes again.
            let isNoticed = try await eventually(within: .seconds(6)) {
                try await db.count("pg_stat_activity WHERE datname = current_database() AND query LIKE '%_channels()%'")
                    > 0
            }
            proxy.become(.open)
            #expect(isNoticed)
            try await hints.wait(for: 2)
            try await db.sql("SELECT ix_enqueue('{}', NULL, 'u', 'c', 'b')")
            try await hints.wait(for: 3)
            await hints.stop(listener)
        }
    }

    @Test func `a quiet listener keeps its connection`() async throws {
        try await TestDatabase.with { db in
            let (hints, listener) = (Hints(), PostgresListener.make(db.parameters))
            listener.start(hints)
            try await hints.wait(for: 1)
            let backend =
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%listener%'"
            let before = try await db.sql(backend)
            let hasBeaten = try await eventually {
                try await db.sql(backend + " AND query LIKE '%pg_listening_channels%'") == before
            }
            #expect(before.count == 1 && hasBeaten && hints.total == 1)
            await hints.stop(listener)
        }
    }

    @Test func `it stops while the server is away, and before it ever connected`() async throws {
        let nowhere = ConnectionParameters(url: "postgresql:///x?host=/nowhere", applicationName: "ix-test")
        let (hints, listener) = (Hints(), PostgresListener.make(nowhere))
        listener.start(hints)
        await hints.stop(listener)
        #expect(hints.total == 0)
    }
}

/// Runs and stops of a listener whose server isn't there, in any order.
@Suite(.timeLimit(.minutes(2))) struct ListenerStopTests {
    @Test func `a run and its stops all return, in any order, and the loop has ended`() async {
        let nowhere = ConnectionParameters(url: "postgresql:///x?host=/nowhere", applicationName: "ix-test")
        await raceStops {
            let listener = PostgresListener.make(nowhere)
            return RacedLoop(
                run: {
                    await listener.run()
                    #expect(!listener.liveness.isLate(at: .now + .seconds(365 * 86_400)))
                },
                stop: { listener.stop() })
        }
    }
}

/// Counts hints; tests wait for a number of them.
final class Hints: Sendable {
    private let told = Mutex<[JobNotification]>([])

    /// Of jobs.
    var total: Int { told.withLock { $0.reduce(0) { if case .jobs(let count) = $1 { $0 + count } else { $0 } } } }
    /// Hints of no job, which would wake a thread for nothing.
    var empty: Int { told.withLock { $0.count { $0 == .jobs(0) } } }
    var followUps: Int { told.withLock { $0.count { $0 == .followUp } } }
    var cancels: Int { told.withLock { $0.count { $0 == .cancels } } }
    private let running = Mutex<Task<Void, Never>?>(nil)
    func add(_ notice: JobNotification) { told.withLock { $0.append(notice) } }

    func began(_ run: Task<Void, Never>) { running.withLock { $0 = run } }

    /// Stops the listener; returns when its loop has ended.
    func stop(_ listener: PostgresListener) async {
        listener.stop()
        await running.withLock { $0 }?.value
    }

    func wait(for number: Int) async throws {
        guard try await eventually({ total >= number }) else {
            throw TestFailure("\(total) hints came, not \(number)")
        }
    }
}

extension PostgresListener {
    static func make(_ parameters: ConnectionParameters) -> PostgresListener {
        let quiet = Logger(label: "ix.test") { _ in SwiftLogNoOpLogHandler() }
        return PostgresListener(parameters, heartbeat: .milliseconds(300), logger: quiet)
    }

    /// Runs the listener, and collects its notifications until it stops.
    func start(_ hints: Hints, among neighbours: Neighbours = Neighbours()) {
        let notifications = subscribe()
        Task { for await notification in notifications { hints.add(notification) } }
        hints.began(Task { await run { neighbours } })
    }
}
