import IXTestSupport
import Testing

/// Another session locks the table for longer than the daemon's calls wait.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct TableLockTests {
    @Test func `the daemon stays up, says what it waits for, loses no lease, and goes on`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url,
                set: [
                    "postgres.call_timeout_seconds=1", "worker.count=2", "worker.poll_seconds=1",
                    "worker.heartbeat_seconds=1", "worker.lease_seconds=3", "worker.sweep_seconds=1",
                ])
            let runs = try await database.enqueue("sleep", fields: #"{"options":{"seconds":2}}"#)
            try await database.wait(runs, until: "status = 'running'")
            let holder = SQLSession(database.url)
            try await holder.sql("BEGIN; LOCK TABLE ix_jobs")
            // Several calls of each kind run into their deadline: the claim, the sweep, and the end of the job that runs.
            try await daemon.process.waitForLine(containing: "does not answer")
            let end = try await holder.sql("SELECT clock_timestamp() + interval '6 s'")[0][0]
            let isOver = try await eventually {
                try await holder.sql("SELECT clock_timestamp() > $1::timestamptz", [end])[0][0] == "t"
            }
            #expect(isOver && daemon.process.isRunning)
            try await holder.sql("ROLLBACK")
            await holder.close()
            try await database.wait(runs, until: "status = 'done' AND attempts = 0", within: .seconds(20))
            let next = try await database.enqueue("echo")
            try await database.wait(next, until: "status = 'done'", within: .seconds(20))
            #expect(daemon.process.lines.contains { $0.contains("the store answers again") })
            #expect(!daemon.process.lines.contains { $0.contains("registered anew") || $0.contains("lease is lost") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
