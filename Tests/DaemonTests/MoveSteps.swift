import FoundationEssentials
import Glibc
import IXCore
import IXPostgres
import IXStore
import IXTestSupport

/// The steps that tests of export and import are made of.
extension TestDatabase {
    func export(_ path: String, _ more: [String] = ["--move"]) async throws -> TestCtl.Said {
        try await TestCtl.run(url, ["export", path, "--json"] + more)
    }

    func `import`(_ path: String, _ more: [String] = []) async throws -> TestCtl.Said {
        try await TestCtl.run(url, ["import", path, "--json"] + more)
    }

    /// Waiting jobs with keys 1, 2, …, in one insert.
    func enqueue(count: Int) async throws {
        try await sql(
            """
            SELECT count(*) FROM ix_enqueue_batch((SELECT jsonb_agg(jsonb_build_object('request', jsonb_build_object(
                'use_case', 'echo', 'ix_client_id', 'c', 'request_id', n::text, 'text', 'ü😀')))
                FROM generate_series(1, $1::integer) AS n))
            """, ["\(count)"])
    }

    /// Every column of every row of both tables.
    func everything() async throws -> [[String?]] {
        try await sql(
            """
            SELECT to_jsonb(j)::text FROM ix_jobs j
             UNION ALL SELECT to_jsonb(a)::text FROM ix_attempts a ORDER BY 1
            """)
    }

    /// The job that comes so far behind the first in the order of an export, with an attempt that a test can lock.
    func noted(_ offset: Int) async throws -> String {
        try await sql(
            """
            INSERT INTO ix_attempts (job_id, attempt, claim_id, outcome, log_tail)
            SELECT job_id, 1, gen_random_uuid(), 'retry', '' FROM ix_jobs ORDER BY job_id OFFSET $1::integer LIMIT 1
            RETURNING job_id
            """, ["\(offset)"])[0][0]!
    }

    /// Returns once a session waits for a lock, or for a standby, within the statement of the given name.
    func waits(in statement: String, for event: String = "Lock") async throws {
        try await wait(
            until: """
                EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
                    AND '\(event)' IN (wait_event_type, wait_event) AND query LIKE '%\(statement)%')
                """)
    }

    /// One job of every kind that a store may hold, by the operations that make them.
    func fill() async throws {
        let store = store()
        try await store.insert(.make("done", #"{"big":12345678901234567890,"dec":1.10,"far":1e400,"t":"ü😀\t\\\""}"#))
        let note = AttemptNote(outcome: "failed", exitStatus: "exit 3", logTail: "one\n\u{1B}[31mtwo \"ü\"\t")
        let done = Completion.Kind.success
        _ = try await store.end(
            try await store.claimed().attempt, try done(#"{"n":12345678901234567890,"m":1.10,"e":1e400,"t":"😀"}"#),
            note: note)
        try await store.insert("failed")
        let (attempt, _) = try await store.claimed()
        _ = try await store.end(attempt, .failure, note: note)
        _ = try await store.perform { try $0.updateCallbackStatus(attempt.jobID, .failed) }
        try await store.insert("retried", maxAttempts: 5)
        let (retried, worker) = try await store.claimed()
        _ = try await store.end(retried, .back(pause: .seconds(600)), note: note)
        try await store.insert(
            .make("scheduled", runAt: "2199-01-01T00:00:00.000001Z", maxAttempts: 0, expiresAt: "infinity"))
        try await store.insert(.make("never", runAt: "infinity"))
        try await store.insert(
            .make("deep", #"{"d":"# + String(repeating: "[", count: 63) + String(repeating: "]", count: 63) + "}"))
        try await store.insert(.make("large", #"{"x":"\#(String(repeating: "x", count: (1 << 20) - 200))"}"#))
        try await store.die(worker)
        try await sql("UPDATE ix_daemons SET lease_until = now()")
        try await sql(
            "UPDATE ix_jobs SET resubmit_of = gen_random_uuid(), priority = 7, cancel_requested_at = now() WHERE request_id = 'large'"
        )
        await store.close()
    }
}

/// An export's file, as a test looks at it and spoils it.
struct TestExport {
    let path: String

    init() throws { path = try Scratch.directory() + "/jobs.jsonl" }

    var lines: [String] {
        get throws {
            try String(contentsOf: URL(filePath: path), encoding: .utf8)
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    var bytes: Data { get throws { try Data(contentsOf: URL(filePath: path)) } }

    func write(_ lines: [String]) throws { try (lines.joined(separator: "\n") + "\n").write(to: URL(filePath: path)) }

    /// What stands in the file beside it.
    func beside(_ name: String) throws -> [JSONDocument] {
        try String(contentsOf: URL(filePath: path + name), encoding: .utf8).split(separator: "\n")
            .map { try JSONDocument(response: String($0)) }
    }

    func isBeside(_ name: String) -> Bool { access(path + name, F_OK) == 0 }
}
