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

    @Test func `a daemon without metrics says so`() async throws {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(file.path, toml: "[metrics]\nenabled = false\n")
            try await Self.run("echo", 0, daemon)
            #expect(try await daemon.get("/metrics").status == 404)
        }
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
