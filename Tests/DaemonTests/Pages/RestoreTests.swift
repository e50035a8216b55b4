import Glibc
import IXCore
import IXTestSupport
import Testing

/// What `docs/backup.md` says of a copy that is restored.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct RestoreTests {
    private static let settings = """
        [worker]
        lease_seconds = 3
        heartbeat_seconds = 0.5
        sweep_seconds = 0.5
        [pipelines.long]
        kind =
        """

    @Test func `what had not ended at the copy's moment runs again, and what had ended stays`() async throws {
        try await TestDatabase.withTwo { source, copy in
            let daemon = try await TestDaemon.ready(source.url, toml: Self.settings + " \"sleep\"")
            _ = try await Self.enqueue(source, "echo", "ended", ["--wait"])
            let running = try await Self.enqueue(source, "long", "running")
            let once = try await Self.enqueue(source, "long", "once", ["--max-attempts", "1"])
            for job in [running, once] {
                try await daemon.process.waitForLine(containing: "job \(job.prefix(8)) (long) claimed")
            }
            try await Self.enqueue(source, "echo", "waiting", ["--run-at", "+1s"])
            try await Self.restore(source, to: copy)
            try await Self.enqueue(source, "echo", "late")
            #expect(try await TestCtl.run(source.url, ["cancel", running]).exit == .code(0))
            daemon.process.signal(SIGKILL)

            let second = try await TestDaemon.ready(copy.url, toml: Self.settings + " \"echo\"")
            // The same request finds the job of the copy, and waits for its end.
            for (useCase, request) in [("echo", "waiting"), ("long", "running"), ("long", "once")] {
                try await Self.enqueue(copy, useCase, request, ["--wait"])
            }
            let status = "SELECT request_id, status, response -> 'error' ->> 'code' FROM ix_jobs ORDER BY 1"
            #expect(
                try await copy.sql(status) == [
                    ["ended", "done", nil], ["once", "error", "attempts_exhausted"], ["running", "done", nil],
                    ["waiting", "done", nil],
                ])
            let starts = "SELECT outcome FROM ix_attempts WHERE job_id = '\(running)' ORDER BY attempt LIMIT 1"
            #expect(try await copy.sql(starts) == [["suspect"]])
            #expect(try await second.terminate() == .code(0))
        }
    }

    /// Inserts a job, and returns its id. `long` takes five minutes on the source, and no time on the copy.
    @discardableResult
    private static func enqueue(
        _ db: TestDatabase, _ useCase: String, _ request: String, _ more: [String] = []
    ) async throws -> String {
        let words = ["enqueue", useCase, "--client-id", "c", "--request-id", request, "--request", "-", "--json"]
        let said = try await TestCtl.run(db.url, words + more, input: #"{"options":{"seconds":300}}"#)
        return try #require(said.objects.first?["job_id"]?.string, "\(said.text)")
    }

    /// The page's commands, with an emptied database in place of a new one.
    private static func restore(_ source: TestDatabase, to copy: TestDatabase) async throws {
        try await copy.sql("DROP SCHEMA public CASCADE")
        try await copy.sql("CREATE SCHEMA public")
        let command = #"pg_dump --format=custom "$1" | pg_restore --no-owner --dbname="$2""#
        let shell = try TestProcess("/bin/bash", ["-euc", command, "sh", source.url, copy.url])
        #expect(try await shell.exitStatus(within: .seconds(60)) == .code(0), "\(shell.lines)")
    }
}
