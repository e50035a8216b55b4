import FoundationEssentials
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

    @Test func `a copy without the values of the sequences goes on behind what it has`() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/backup.md")
        let block = try String(contentsOf: page, encoding: .utf8).split(separator: "```sql\n").last?
            .split(separator: "```").first
        let statements = try #require(block).split(separator: "\n").map(String.init)
        #expect(statements.count == 5 && statements.allSatisfy { $0.hasPrefix("SELECT ") }, "\(statements)")
        try await TestDatabase.with { db in
            func insert(_ key: String) async throws {
                try await db.sql(
                    "SELECT ix_enqueue(jsonb_build_object('use_case', 'mail', 'ix_client_id', 'c', 'request_id', $1::text))",
                    [key])
            }
            try await db.sql("SELECT ix_set_queue('mail', '{}')")
            for key in ["first", "second"] { try await insert(key) }
            let audit = "SELECT ix_record_audit('a', 'operator', 'cancel', NULL, NULL, 1, NULL, NULL)"
            try await db.sql(audit)
            try await db.sql(
                """
                SELECT setval('ix_turns', 1, false), setval('ix_receipt_marks', 1, false),
                       setval(pg_get_serial_sequence('ix_ended', 'note'), 1, false),
                       setval(pg_get_serial_sequence('ix_audit', 'audit_id'), 1, false),
                       setval(pg_get_serial_sequence('ix_refused_writes', 'refusal_id'), 1, false)
                """)
            for statement in statements { try await db.sql(statement) }
            try await insert("third")
            let order = try await db.sql("SELECT j.request_id FROM ix_lines JOIN ix_jobs j USING (job_id) ORDER BY seq")
            #expect(order == [["first"], ["second"], ["third"]])
            #expect(try await db.sql("SELECT pg_sequence_last_value('ix_receipt_marks'::regclass)") == [["1"]])
            // The audit's numbers would repeat, and be refused.
            try await db.sql(audit)
            #expect(try await db.sql("SELECT count(*) FROM ix_audit") == [["2"]])
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
