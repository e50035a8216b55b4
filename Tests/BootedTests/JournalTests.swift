import IXTestSupport
import Testing

/// What the journal keeps of the daemon's lines.
@Suite(.needsSystemd, .timeLimit(.minutes(3)))
struct JournalTests {
    @Test func `a job's life stands in the journal under its id, field by field`() async throws {
        let toml = """
            [pipelines.talk]
            kind = "exec"
            command = ["sh", "-c", "echo reading page 1 >&2; printf '{}'"]
            """
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            let job = try await database.enqueue("talk", "request-1")
            try await daemon.waitForMessage(") done in ")
            let life = try await daemon.journal("IX_JOB_ID=" + job)
            let messages = life.compactMap { $0["MESSAGE"] }
            let name = "job \(job.prefix(8)) (talk)"
            #expect(messages.count == 3 && messages[0] == "\(name) claimed, attempt 1 of 3")
            #expect(messages[1] == "reading page 1")
            #expect(messages[2].hasPrefix("\(name) done in ") && messages[2].hasSuffix(" s, attempt 1 of 3"))
            #expect(life.map { $0["IX_EVENT"] } == ["job_claimed", "pipeline_stderr", "job_done"])
            #expect(Set(life.compactMap { $0["MESSAGE_ID"] }).count == 3)
            let row = try await database.sql("SELECT ix_id, (SELECT daemon_id FROM ix_daemons) FROM ix_jobs")[0]
            for line in life {
                #expect(line["IX_CLIENT_ID"] == "test" && line["IX_REQUEST_ID"] == "request-1")
                #expect(line["IX_USE_CASE"] == "talk" && line["IX_ATTEMPT"] == "1" && line["IX_ID"] == row[0])
                #expect(
                    line["IX_DAEMON"] == row[1] && line["IX_WORKER"].flatMap(Int.init).map((1...4).contains) == true
                        && line["PRIORITY"] == "6")
                #expect(line["SYSLOG_IDENTIFIER"] == "ix-worker" && line["CODE_FILE"]?.hasSuffix(".swift") == true)
            }
        }
    }

    @Test func `at a hundred jobs a second no line is dropped`() async throws {
        let toml = """
            [worker]
            count = 8
            [pipelines.loud]
            kind = "worker"
            command = ["python3", "-u", "-c", '''
            import json, sys
            print(json.dumps({"ready": {"protocol": 1}}), flush=True)
            for line in sys.stdin:
                run = json.loads(line).get("run")
                if run is None: continue
                for number in range(3): print("said", number, file=sys.stderr, flush=True)
                print(json.dumps({"done": {"job_id": run["job"]["job_id"], "response": {}}}), flush=True)
            ''']
            """
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            let (seconds, rate) = (10, 100)
            let insert = """
                SELECT count(*) FROM generate_series(1, \(rate)) n,
                LATERAL ix_enqueue('{}', use_case => 'loud', client_id => 'c', request_id => n || gen_random_uuid()::text)
                """
            let start = ContinuousClock.now
            for second in 1...seconds {
                try await database.sql(insert)
                // Not a wait for anything: the rate.
                try await Task.sleep(until: start + .seconds(second), clock: .continuous)
            }
            let total = seconds * rate
            try await database.wait(
                until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))", within: .seconds(90)
            )
            let ends = try await database.sql(
                "SELECT status, response #>> '{error,code}', count(*) FROM ix_jobs GROUP BY 1, 2")
            #expect(ends == [["done", nil, "\(total)"]])
            let events = try await daemon.journal().map { $0["IX_EVENT"] ?? "" }
            let counts = Dictionary(grouping: events) { $0 }.mapValues(\.count)
            #expect(counts["job_claimed"] == total && counts["job_done"] == total, "\(counts)")
            #expect(counts["pipeline_stderr"] == 3 * total, "\(counts)")
            let dropped = try await daemon.machine.run(["journalctl", "--quiet", "--grep=Suppressed|Missed"])
            #expect(dropped.lines == [])
        }
    }

    @Test func `levels become priorities, and a fault shows its reason without being asked`() async throws {
        try await InstalledDaemon.with { daemon, database in
            try await database.sql("ALTER TABLE ix_jobs RENAME TO ix_jobs_away")
            // ignored: the start itself waits or fails, the journal says how
            try? await daemon.start()
            let said =
                try await daemon.journal("IX_EVENT=start_failed") + daemon.journal("IX_EVENT=waiting_for_database")
            let fault = try #require(said.first)
            #expect(["2", "4"].contains(fault["PRIORITY"]))
            #expect(fault["MESSAGE"]?.contains("ix_jobs") == true && fault["IX_REASON"] != nil)
            try await database.sql("ALTER TABLE ix_jobs_away RENAME TO ix_jobs")
        }
    }

    @Test func `a refusal before any log is set up is a fault in the journal too`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\ncount = 0\n") { daemon, _ in
            // ignored: the start fails, the journal says how
            try? await daemon.start()
            try await daemon.waitForMessage("worker.count")
            let line = try await daemon.journal().first { $0["MESSAGE"]?.contains("worker.count") == true }
            #expect(line?["PRIORITY"] == "3")
        }
    }

    @Test func `a line with bytes of every kind arrives whole, and no password with it`() async throws {
        let toml = #"""
            [pipelines.odd]
            kind = "exec"
            command = ["sh", "-c", "printf 'tab\tumlaut ä = MESSAGE=x\n' >&2; printf '{}'"]
            """#
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            _ = try await database.enqueue("odd")
            try await daemon.waitForMessage(#"tab\tumlaut ä = MESSAGE=x"#)
            let all = try await daemon.machine.run(["journalctl", "-o", "export", "-u", InstalledDaemon.unit])
            #expect(!all.text.contains("postgresql://"))
        }
    }
}
