import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct ExpiryTests {
    @Test func `a job that no worker gets to in its time ends as expired, with its callback`() async throws {
        try await TestDatabase.with { database in
            let receiver = try await TestReceiver.behaving()
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.count=1", "worker.sweep_seconds=0.5", "worker.grace_seconds=0"])
            let busy = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(busy, until: "status = 'running'")
            let said = try await TestCtl.run(
                database.url,
                [
                    "enqueue", "echo", "--client-id", "c", "--request-id", "1", "--callback-url", receiver.url,
                    "--expires-at", "2001-01-01T00:00:00Z",
                ])
            let job = try #require(said.jobID)
            try await database.wait(job, until: "status = 'error' AND attempts = 0 AND started_at IS NULL")
            #expect(try await database.job(job, "response -> 'error' ->> 'code'") == "expired")
            #expect(try await receiver.first().contains("expired"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
