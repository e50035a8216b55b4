import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Swift pipelines that behave badly, in a real daemon on the embedded file.
@Suite(.timeLimit(.minutes(3))) struct SwiftPipelineTests {
    /// The time limit is longer than the lease, so that the load outlasts a lease.
    private static let toml = """
        [pipelines.short]
        kind = "sleep"
        timeout_seconds = 7
        [pipelines.spin]
        kind = "swift"
        timeout_seconds = 100
        [pipelines.block]
        kind = "swift"
        timeout_seconds = 100
        """

    /// Sixteen workers share threads, so that a blocked thread would be several workers'.
    private static let settings = ["worker.count=16", "worker.lease_seconds=6", "worker.heartbeat_seconds=2"]

    @Test(arguments: [("spin", 1), ("block", 12)])
    func `work that fills the shared pool or blocks costs no lease and no time limit`(
        _ useCase: String, _ count: Int
    ) async throws {
        try await TestFile.with { file in
            let release = file.directory + "/release"
            let daemon = try await TestDaemon.ready(
                file.path, program: "ix-author", set: Self.settings, toml: Self.toml)
            var heavy: [String] = []
            for _ in 0..<count {
                heavy.append(try await file.enqueue(useCase, #"{"context":{"file":"\#(release)"}}"#))
            }
            let short = try await file.enqueue("short", #"{"options":{"seconds":60}}"#)
            #expect(try await eventually { try await file.job(short)["status"]?.string == "error" })
            let ended = try await file.job(short)
            #expect(ended["response"]?.object?["error"]?.object?["code"]?.string == "timeout")
            let times = ["started_at", "finished_at"].compactMap { ended[$0]?.string.flatMap { Timestamp($0) } }
            #expect(times.count == 2 && times[1] - times[0] < .seconds(12))
            #expect(try await file.job(heavy[0])["status"]?.string == "running")
            try "".write(to: URL(filePath: release))
            for job in heavy {
                #expect(
                    try await eventually(within: .seconds(60)) { try await file.job(job)["status"]?.string == "done" })
                #expect(try await file.job(job)["attempts"]?.text == "0")
            }
            #expect(!daemon.process.lines.contains { $0.contains("lease") || $0.contains("stalled") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a stop comes through while the shared pool is full`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(
                file.path, program: "ix-author", set: Self.settings + ["worker.grace_seconds=0"], toml: Self.toml)
            let job = try await file.enqueue("spin", #"{"context":{"file":"\#(file.directory)/release"}}"#)
            try await daemon.process.waitForLine(containing: ") claimed")
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus(within: .seconds(15)) == .code(0))
            let row = try await file.job(job)
            #expect(row["status"]?.string == "pending" && row["ix_attempts"]?.text.contains("shutdown") == true)
        }
    }

    @Test func `set-up comes before the first run, shut-down at the end, each once`() async throws {
        try await TestFile.with { file in
            let folder = try Scratch.directory()
            let daemon = try await TestDaemon.ready(
                file.path, program: "ix-author", environment: ["IX_AUTHOR_FOLDER": folder])
            for _ in 0..<3 {
                #expect(try await TestCtl.run(file.path, ["enqueue", "hooked", "--wait"]).exit == .code(0))
            }
            daemon.process.signal(SIGHUP)
            try await daemon.process.waitForLine(containing: "configuration is read")
            #expect(try await TestCtl.run(file.path, ["enqueue", "hooked", "--wait"]).exit == .code(0))
            #expect(access(folder + "/closed", F_OK) != 0)
            #expect(try await daemon.terminate() == .code(0))
            #expect(access(folder + "/prepared", F_OK) == 0 && access(folder + "/closed", F_OK) == 0)
        }
    }
}

extension TestFile {
    fileprivate func job(_ id: String) async throws -> JSONDocument {
        let said = try await TestCtl.run(path, ["get", id, "--json"])
        guard let job = said.objects.first else { throw TestFailure(said.text) }
        return job
    }
}
