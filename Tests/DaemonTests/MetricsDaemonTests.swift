import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The metrics of a real daemon.
@Suite(.timeLimit(.minutes(2))) struct MetricsDaemonTests {
    @Test func `promtool accepts a live daemon's answer, and the counts are those of the jobs`() async throws {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(
                file.path,
                toml: """
                    [pipelines.broken]
                    kind = "exec"
                    command = ["/bin/sh", "-c", "kill -9 $$"]
                    [pipelines.sound]
                    kind = "exec"
                    command = ["/bin/sh", "-c", "echo {}"]

                    """)
            for number in 0..<20 { try await Self.run("echo", number, daemon) }
            try await Self.run("sound", 0, daemon)
            try await Self.run("broken", 0, daemon)
            let text = try await daemon.get("/metrics").body
            for line in [
                #"ix_jobs_ended_total{use_case="echo",status="done"} 20"#,
                #"ix_jobs_claimed_total{use_case="echo"} 20"#, #"ix_job_wait_seconds_count{use_case="echo"} 20"#,
                #"ix_job_run_seconds_count{use_case="echo",status="done"} 20"#,
                #"ix_jobs_ended_total{use_case="broken",status="error"} 1"#,
                #"ix_jobs_errors_total{use_case="broken",code="pipeline_failed"} 1"#,
                #"ix_program_starts_total{pipeline="sound"} 1"#, #"ix_program_crashes_total{pipeline="broken"} 1"#,
                "ix_worker_slots_busy 0", "ix_store_up 1", #"ix_pipeline_running{pipeline="echo"} 0"#,
                #"ix_http_enqueued_total{result="created"} 22"#,
            ] { #expect(text.contains(line + "\n"), "\(line)") }
            #expect(text.contains("ix_build_info{version=\""))
            try await Self.check(text, file.directory)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
        }
    }

    @Test(.needsPostgres) func `on PostgreSQL the calls that end jobs count as ends`() async throws {
        try await TestDatabase.with { database in
            for number in 0..<40 { _ = try await database.enqueue("echo", "\(number)") }
            let daemon = try await ServedAddress.running(database.url, toml: "")
            var text = ""
            let isDone = try await eventually(within: .seconds(30)) {
                text = try await daemon.get("/metrics").body
                return text.contains(#"ix_jobs_ended_total{use_case="echo",status="done"} 40"# + "\n")
            }
            #expect(isDone)
            let calls = { (operation: String) -> Int in
                let series = "ix_store_call_seconds_count{operation=\"\(operation)\"} "
                let line = text.split(separator: "\n").first { $0.hasPrefix(series) }
                return line.flatMap { Int($0.dropFirst(series.count)) } ?? 0
            }
            #expect(calls("end") >= 40 && calls("claim") > 0 && calls("lease") > 0)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
        }
    }

    @Test func `a daemon without metrics says so`() async throws {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(file.path, toml: "[metrics]\nenabled = false\n")
            try await Self.run("echo", 0, daemon)
            #expect(try await daemon.get("/metrics").status == 404)
        }
    }

    @Test func `2,000 use cases with hostile names make a bounded page, which promtool accepts`() async throws {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(file.path, toml: "[pipelines.default]\nkind = \"echo\"\n")
            let lines = (0..<2000).map { number -> String in
                let name = "\(number)\"} 1\\ \u{2028}{le=" + String(repeating: "é", count: 100)
                return #"{"use_case":\#(JSONPairs.literal(name)),"ix_client_id":"shop","request_id":"\#(number)"}"#
            }
            for part in stride(from: 0, to: lines.count, by: 500) {
                let body = lines[part..<part + 500].joined(separator: "\n")
                let reply = try await daemon.post("/v1/jobs/batch", body, type: "application/x-ndjson")
                #expect(reply.body.contains(#""jobs":500,"refused":0"#), "\(reply.body.suffix(300))")
            }
            // Once while jobs wait, and once after all have ended.
            var pages = [try await daemon.get("/metrics").body]
            let isDone = try await eventually(within: .seconds(90)) {
                let text = try await daemon.get("/metrics").body
                pages = [pages[0], text]
                return Self.sum("ix_jobs_ended_total", text) == 2000
            }
            #expect(isDone)
            for page in pages {
                let series = page.split(separator: "\n").count { !$0.hasPrefix("#") }
                #expect(series <= 6000 && page.utf8.count <= 1 << 20, "\(series) series, \(page.utf8.count) bytes")
                try await Self.check(page, file.directory)
            }
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
        }
    }

    @Test func `on the file the queue's latency is that of its oldest due job`() async throws {
        try await TestFile.with { file in try await compareLatency(file.path) }
    }

    @Test(.needsPostgres) func `on PostgreSQL the queue's latency is that of its oldest due job`() async throws {
        try await TestDatabase.with { db in try await compareLatency(db.url) }
    }

    /// Compares the gauge with the oldest due time of jobs that no daemon serves, within a second.
    private func compareLatency(_ url: String) async throws {
        let daemon = try await ServedAddress.running(url)
        let due = Date.now.addingTimeInterval(-3600)
        for (number, ahead) in [0.0, 60, 7200].enumerated() {
            let runAt = due.addingTimeInterval(ahead).formatted(.iso8601)
            let body =
                #"{"use_case":"fax","ix_client_id":"shop","request_id":"\#(number)","run_at":"\#(runAt)"}"#
            #expect(try await daemon.post("/v1/jobs", body).status == 201)
        }
        let name = #"ix_queue_oldest_due_age_seconds{use_case="fax",queue="fax"}"#
        var (age, expected) = (0.0, 0.0)
        let isTold = try await eventually(within: .seconds(60)) {
            let text = try await daemon.get("/metrics").body
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            expected = Date.now.timeIntervalSince(due)
            age = line.flatMap { $0.split(separator: " ").last.flatMap { Double($0) } } ?? 0
            return age > 0
        }
        // `run_at` was written to the second.
        #expect(isTold && (expected - 1...expected + 2).contains(age), "\(age) in place of \(expected)")
        let text = try await daemon.get("/metrics").body
        for (state, count) in [("due", 2), ("scheduled", 1), ("unserved", 3), ("held", 0)] {
            #expect(
                text.contains("ix_queue_jobs{use_case=\"fax\",queue=\"fax\",state=\"\(state)\"} \(count)\n"), "\(state)"
            )
        }
        daemon.process.signal(SIGTERM)
        #expect(try await daemon.process.exitStatus() == .code(0))
    }

    private static func sum(_ family: String, _ text: String) -> Int {
        text.split(separator: "\n").filter { $0.hasPrefix(family + "{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    }

    private static func run(_ useCase: String, _ number: Int, _ daemon: ServedAddress) async throws {
        let reply = try await daemon.post(
            "/v1/jobs?wait=30s",
            #"{"use_case":"\#(useCase)","ix_client_id":"shop","request_id":"\#(useCase) \#(number)"}"#)
        #expect(reply.status == 201, "\(reply.body)")
    }

    private static func check(_ text: String, _ directory: String) async throws {
        let path = directory + "/metrics.prom"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let promtool = try TestProcess("/bin/sh", ["-c", "promtool check metrics < \"$0\"", path])
        let exit = try await promtool.exitStatus()
        #expect(exit == .code(0), "\(promtool.lines)")
    }
}
