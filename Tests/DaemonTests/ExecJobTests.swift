import IXTestSupport
import Testing

/// Programs as pipelines, through daemon and database.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ExecJobTests {
    private func program(_ script: String, _ more: String = "") -> String {
        """
        [pipelines.it]
        kind = "exec"
        command = ["sh", "-c", '''
        \(script)
        ''']
        \(more)
        """
    }

    private func run(
        _ toml: String, until condition: String = "status IN ('done', 'error')",
        _ check: (TestDatabase, String) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.grace_seconds=0"], toml: toml)
            let job = try await database.enqueue("it")
            try await database.wait(job, until: condition)
            try await check(database, job)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    private func code(_ database: TestDatabase, _ job: String) async throws -> String? {
        try await database.job(job, "response->'error'->>'code'")
    }

    @Test func `a program's response is stored with the job's names filled in`() async throws {
        try await run(program(#"echo "{\"result\":\"$IX_ATTEMPT of $IX_MAX_ATTEMPTS\"}""#)) {
            (database, job) async throws in
            #expect(try await database.job(job, "status") == "done")
            #expect(try await database.job(job, "response->>'result'") == "1 of 3")
            #expect(try await database.job(job, "response->>'ix_client_id'") == "test")
            #expect(try await database.job(job, "response->>'ix_id' = ix_id") == "true")
        }
    }

    @Test func `a NUL in a response ends the job in a clear error instead of looping`() async throws {
        try await run(program(#"printf '{"a":"\\%s"}' u0000"#)) { (database, job) async throws in
            #expect(try await code(database, job) == "bad_output")
        }
    }

    @Test func `exit 75 is tried again and ends when the starts are used up`() async throws {
        try await run(program("echo try again >&2; exit 75")) { (database, job) async throws in
            #expect(try await code(database, job) == "attempts_exhausted")
            #expect(try await database.job(job, "attempts") == "3")
            let attempts = try await database.sql("SELECT count(*), min(exit_status), min(log_tail) FROM ix_attempts")
            #expect(attempts[0][0] == "3" && attempts[0][1] == "exit 75")
            #expect(attempts[0][2]?.contains("try again") == true)
        }
    }

    @Test func `an exit status named in retry_on is tried again`() async throws {
        try await run(program("exit 65", "retry_on = [\"exit:65\"]")) { (database, job) async throws in
            #expect(try await code(database, job) == "attempts_exhausted")
        }
    }

    @Test func `a run past its timeout is killed and ends in timeout`() async throws {
        try await run(program("sleep 600", "timeout_seconds = 0.5")) { (database, job) async throws in
            #expect(try await code(database, job) == "timeout")
        }
    }

    @Test func `a program sees neither the daemon's address of the database nor its PG variables`() async throws {
        let script = #"env | grep -c -e POSTGRES -e ^PG | { read n; echo "{\"found\":$n}"; }"#
        try await run(program(script)) { (database, job) async throws in
            #expect(try await database.job(job, "response->>'found'") == "0")
        }
    }

    @Test func `TERM ends a program that ignores TERM within the grace and hands its job back`() async throws {
        let toml = program("trap '' TERM; while :; do sleep 1; done", "kill_grace_seconds = 0.5")
        try await run(toml, until: "status = 'running'") { _, _ in }
    }
}
