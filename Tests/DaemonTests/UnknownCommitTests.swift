import IXTestSupport
import Testing

/// The server has committed, and its word is lost on the way.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct UnknownCommitTests {
    private static let quick = [
        "postgres.call_timeout_seconds=1", "postgres.connect_timeout_seconds=2", "worker.heartbeat_seconds=1",
        "worker.lease_seconds=30", "worker.count=1", "worker.poll_seconds=1", "postgres.connections=1",
    ]

    @Test func `a result whose commit's reply is lost is recorded once, and told to the caller once`() async throws {
        try await TestDatabase.with { database in
            let receiver = try await TestReceiver.behaving()
            let proxy = try TCPProxy(to: database.address)
            let daemon = try await TestDaemon.ready(try database.address.url(proxy.detour), set: Self.quick)
            try await warmUp(database)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":1}}"#, callback: receiver.url)
            try await database.wait(job, until: "status = 'running'")
            proxy.become(.replyless)
            try await database.wait(job, until: "status = 'done'")
            let end = try await database.job(job, "(finished_at, finished_claim, attempts)")
            proxy.become(.open)
            try await daemon.process.waitForLine(containing: ") done in ")
            let callback = try await receiver.first()
            #expect(callback.contains("use_case") && !callback.contains("code"), "\(callback)")
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(try await database.job(job, "(finished_at, finished_claim, attempts)") == end)
            #expect(try await daemon.terminate() == .code(0))
            #expect(!daemon.process.lines.contains { $0.contains("fenced") })
            #expect(receiver.received.count == 1)
        }
    }

    @Test func `a claim whose commit's reply is lost is handed back and costs no start`() async throws {
        try await TestDatabase.with { database in
            let proxy = try TCPProxy(to: database.address)
            let daemon = try await TestDaemon.ready(
                try database.address.url(proxy.detour),
                set: Self.quick + ["worker.poll_seconds=3600", "postgres.listen_url=\(database.url)"])
            try await warmUp(database)
            try await waitForQuiet(database)
            proxy.become(.replyless)
            // Its notification comes by the direct way, and the claim is the first that goes out by the other.
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'running'", within: .seconds(20))
            proxy.become(.open)
            try await database.wait(job, until: "status = 'done'", within: .seconds(30))
            #expect(try await database.job(job, "max_attempts - attempts") == "3")
            #expect(
                try await database.sql("SELECT DISTINCT outcome FROM ix_attempts WHERE outcome <> 'lost_claim'").isEmpty
            )
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    /// Every statement is prepared then: one that isn't asks the server first, and would never be sent.
    private func warmUp(_ database: TestDatabase) async throws {
        for _ in 0..<2 {
            let job = try await database.enqueue("echo", callback: "http://127.0.0.1:9/nobody")
            try await database.wait(job, until: "status = 'done'")
        }
    }

    /// The looks that follow a notification are over: one that is under way when replies are lost would take the connection
    /// with it, before there is a job. And the connection that is there has its claim prepared; a look for lines follows one.
    private func waitForQuiet(_ database: TestDatabase) async throws {
        try await database.wait(
            until: """
                (SELECT bool_and(state = 'idle' AND state_change < now() - interval '1 second')
                AND bool_or(query LIKE '-- claim_next_pending%' OR query LIKE '-- look:%') FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'ix-worker')
                """)
    }
}
