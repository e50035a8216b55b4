import Glibc
import IXTestSupport
import Testing

/// What a pipeline's retry keys do to jobs that fail.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct RetryPolicyTests {
    private static func policy(_ more: String = #"retry_on = ["*"]"#) -> String {
        """
        [pipelines.fail]
        kind = "fail"
        retry_pause_seconds = 0.05
        \(more)
        """
    }

    @Test(arguments: ["error", "discard", "throw"])
    func `an error is final without a policy, and with one after the starts that are allowed`(
        _ outcome: String
    ) async throws {
        try await TestDatabase.with { database in
            let fields = "{\"options\":{\"outcome\":\"\(outcome)\"}}"
            let plain = try await TestDaemon.ready(database.url)
            let final = try await database.enqueue("fail", fields: fields)
            try await database.wait(final, until: "status = 'error' AND attempts = 0")
            #expect(
                try await TestCtl.run(database.url, ["get", final]).text.contains("0 failed of 3; the error is final"))
            #expect(try await plain.terminate() == .code(0))
            let daemon = try await TestDaemon.ready(database.url, toml: Self.policy())
            let job = try await database.enqueue("fail", fields: fields)
            try await database.wait(job, until: "status = 'error'")
            let code = outcome == "throw" ? "pipeline_error" : "requested_failure"
            #expect(try await database.job(job, "response -> 'error' ->> 'code'") == code)
            #expect(try await database.job(job, "attempts") == "2")
            let starts = try await database.sql(
                "SELECT outcome, log_tail LIKE $2 FROM ix_attempts WHERE job_id = $1::uuid ORDER BY attempt",
                [job, "%\(code): %"])
            // A thrown error stands in the last start's log, too.
            #expect(starts == [["retry", "t"], ["retry", "t"]] + (outcome == "throw" ? [["threw", "f"]] : []))
            let shown = try await TestCtl.run(database.url, ["get", job])
            #expect(["attempt 1", "attempt 2", "attempt 3"].allSatisfy(shown.text.contains))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `starts at no cost are told apart from failed ones`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, toml: "[pipelines.gone]\nkind = \"exec\"\ncommand = [\"/nonexistent/program\"]\n")
            let job = try await database.enqueue("gone")
            try await database.wait(job, until: "status = 'pending' AND attempts >= 2")
            #expect(try await daemon.terminate() == .code(0))
            let attempts = try await database.job(job, "attempts") ?? ""
            let shown = try await TestCtl.run(database.url, ["get", job]).text
            #expect(shown.contains("attempts  0 failed of 3, \(attempts) more at no cost"))
        }
    }

    @Test func `only the codes that it names are tried again`() async throws {
        try await TestDatabase.with { database in
            let toml = Self.policy(#"retry_on = ["timeout"]\ntimeout_seconds = 0.3"#.replacing)
            let daemon = try await TestDaemon.ready(database.url, set: ["pipeline.kill_grace_seconds=0"], toml: toml)
            let other = try await database.enqueue("fail")
            try await database.wait(other, until: "status = 'error' AND attempts = 0")
            let late = try await database.enqueue("fail", fields: #"{"options":{"outcome":"hang"}}"#)
            try await database.wait(late, until: "attempts = 1", within: .seconds(20))
            #expect(try await database.sql("SELECT outcome FROM ix_attempts") == [["retry"]])
            daemon.process.signal(SIGTERM)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
        }
    }

    @Test func `a policy for all pipelines counts where a pipeline has none of its own`() async throws {
        try await TestDatabase.with { database in
            let toml = """
                [pipeline]
                retry_on = ["requested_failure"]
                retry_starts = 2
                retry_pause_seconds = 0.05
                [pipelines.fail]
                kind = "fail"
                [pipelines.final]
                kind = "fail"
                retry_on = []
                """
            let daemon = try await TestDaemon.ready(database.url, toml: toml)
            let (again, once) = (try await database.enqueue("fail"), try await database.enqueue("final"))
            try await database.wait(again, until: "status = 'error'")
            try await database.wait(once, until: "status = 'error' AND attempts = 0")
            let starts = try await database.sql("SELECT count(*) FROM ix_attempts WHERE job_id = $1::uuid", [again])
            #expect(starts == [["1"]], "the second start ends the job")
            #expect(try await database.job(again, "attempts") == "1")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `an exit status for a pipeline without one is a fault of the configuration`() async throws {
        let toml = """
            [pipelines.x]
            kind = "echo"
            retry_on = ["exit:3"]
            """
        let daemon = try TestDaemon("postgresql:///x?host=/nonexistent", toml: toml)
        #expect(try await daemon.process.exitStatus() == .code(78))
        #expect(daemon.process.lines.contains { $0.contains("retry_on: exit:3 has no effect") })
    }
}

extension String {
    /// With its line ends written out.
    fileprivate var replacing: String { split(separator: "\\n").joined(separator: "\n") }
}
