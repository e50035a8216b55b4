import FoundationEssentials
import Glibc
import IXConcurrency
import IXCore
import IXTestSupport
import Testing

/// A cancel from any caller stops the running job, and the job has no effect afterwards.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CancelRunningTests {
    private static let stubborn = """
        [pipelines.stubborn]
        kind = "exec"
        command = ["sh", "-c", "echo $$ >&2; trap '' TERM; while :; do sleep 0.05; done"]
        kill_grace_seconds = 0.3
        """

    @Test func `a running program is ended and its job is cancelled, within a second`() async throws {
        try await TestDatabase.with { database in
            let receiver = try await TestReceiver.behaving()
            let daemon = try await TestDaemon.ready(database.url, toml: Self.stubborn)
            let job = try await database.enqueue("stubborn", callback: receiver.url)
            let line = try await daemon.process.waitForLine(containing: "pipeline stderr")
            let start = ContinuousClock.now
            let said = try await TestCtl.run(database.url, ["cancel", job])
            #expect(said.exit == .code(0) && said.text.contains("\(job) cancelling"))
            try await database.wait(job, until: "status = 'error'")
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(try await database.job(job, "response -> 'error' ->> 'code'") == "cancelled")
            let child = try #require(Self.child(in: line))
            #expect(kill(child, 0) == -1 && errno == ESRCH)
            let callback = try await receiver.first()
            #expect(callback.contains("cancelled while it ran"))
            try await daemon.process.waitForLine(containing: "code=cancelled")
            #expect(try await daemon.terminate() == .code(0))
            let shown = try await TestCtl.run(database.url, ["get", job])
            #expect(shown.text.contains("attempt 1 on daemon") && shown.text.contains("cancelled"))
        }
    }

    @Test func `on the embedded file too, from another process`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(
                file.path, set: ["worker.heartbeat_seconds=20", "worker.lease_seconds=60"])
            let id = try await file.enqueue("sleep", #"{"options":{"seconds":60}}"#)
            try await daemon.reach(.claimed, id)
            let said = try await TestCtl.run(file.path, ["cancel", id, "--json"])
            #expect(said.objects.first?["result"]?.string == "cancelling")
            try await daemon.process.waitForLine(containing: "code=cancelled", within: .seconds(5))
            let job = try #require(try await TestCtl.run(file.path, ["get", id, "--json"]).objects.first)
            #expect(job["status"]?.string == "error")
            #expect(job["response"]?.object?["error"]?.object?["code"]?.string == "cancelled")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `without notifications the heartbeat brings the cancel`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["postgres.listen_url=off", "worker.heartbeat_seconds=1", "worker.lease_seconds=5"])
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":60}}"#)
            try await daemon.reach(.claimed, job)
            try await database.sql("SELECT ix_cancel($1::uuid)", [job])
            try await database.wait(job, until: "status = 'error'", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `every running job of a use case is cancelled by filter`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=4"])
            for _ in 0..<3 { _ = try await database.enqueue("sleep", fields: #"{"options":{"seconds":60}}"#) }
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'running') = 3")
            let said = try await TestCtl.run(
                database.url, ["cancel", "--status", "running", "--use-case", "sleep", "--yes"])
            #expect(said.exit == .code(0) && said.text.contains("3 jobs cancelled"))
            try await database.wait(
                until: "(SELECT count(*) FROM ix_jobs WHERE response->'error'->>'code' = 'cancelled') = 3",
                within: .seconds(10))
            let stats = try await TestCtl.run(database.url, ["stats", "--json"])
            #expect(stats.objects.first?["running"]?.text == "0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a cancelled job whose daemon dies is cancelled by the next start, and not run again`() async throws {
        try await TestDatabase.with { database in
            let first = try await TestDaemon.ready(database.url, set: ["worker.lease_seconds=600"], toml: Self.stubborn)
            let job = try await database.enqueue("stubborn")
            try await first.process.waitForLine(containing: "pipeline stderr")
            first.process.signal(SIGSTOP)
            try await database.sql("SELECT ix_cancel($1::uuid)", [job])
            first.process.signal(SIGKILL)
            _ = try await first.process.exitStatus()
            let second = try await TestDaemon.ready(database.url, state: first.state, toml: Self.stubborn)
            try await database.wait(job, until: "status = 'error'", within: .seconds(10))
            #expect(try await database.job(job, "response -> 'error' ->> 'code'") == "cancelled")
            #expect(try await second.terminate() == .code(0))
            #expect(!second.process.lines.contains { $0.contains(") claimed") })
        }
    }

    @Test func `a run whose row is gone is stopped by the next heartbeat`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.heartbeat_seconds=1", "worker.lease_seconds=5"], toml: Self.stubborn)
            let job = try await database.enqueue("stubborn")
            let line = try await daemon.process.waitForLine(containing: "pipeline stderr")
            let child = try #require(Self.child(in: line))
            try await database.sql("DELETE FROM ix_jobs WHERE job_id = $1::uuid", [job])
            try await daemon.process.waitForLine(containing: "no longer holds")
            let isGone = try await eventually { kill(child, 0) == -1 && errno == ESRCH }
            #expect(isGone)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    /// The number that the program says of itself.
    private static func child(in line: String) -> pid_t? {
        line.split(separator: " ").first { $0.hasPrefix("line=") }.flatMap { pid_t($0.dropFirst(5)) }
    }
}
