import FoundationEssentials
import IXTestSupport
import Testing

/// The clock of a daemon's host is set while the daemon works.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct HostClockTests {
    @Test(arguments: [[3600], [-7200], [3600, -7200, 0]])
    func `a host's clock that is set stops no timer, no job and no callback`(_ steps: [Int]) async throws {
        let clock = try await ShiftedClock()
        let receiver = try await TestReceiver.behaving()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url,
                set: ["worker.poll_seconds=0.2", "worker.lease_seconds=4", "worker.heartbeat_seconds=1"],
                environment: clock.preload)
            for (number, step) in steps.enumerated() {
                let before = try await database.sql("SELECT max(lease_until)::text FROM ix_daemons")[0][0] ?? ""
                try clock.set(by: step)
                // Without a notification only the daemon's own timers lead to the job.
                try await database.sql(
                    """
                    INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url)
                    VALUES (gen_random_uuid(), 'a', 'old', $1, 'pending',
                            '{"use_case": "sleep", "options": {"seconds": 0.3}}', $2)
                    """, ["\(number)", receiver.url])
                let isTold = "request_id = '\(number)' AND callback_status = 'delivered'"
                try await database.wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE \(isTold))")
                try await database.wait(until: "EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > '\(before)')")
            }
            #expect(try await database.sql("SELECT DISTINCT status, attempts FROM ix_jobs") == [["done", "0"]])
            #expect(!daemon.process.lines.contains { $0.contains("registered anew") })
            #expect(try await daemon.terminate() == .code(0))
        }
        try clock.remove()
    }
}
