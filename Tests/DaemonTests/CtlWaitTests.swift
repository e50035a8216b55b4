import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// `ixctl enqueue --wait` tells the user what the wait is for.
@Suite(.timeLimit(.minutes(2))) struct CtlWaitTests {
    @Test func `without a daemon it says so after 2 seconds, and on Ctrl-C how to go on`() async throws {
        try await TestFile.with { file in
            let process = try TestCtl.start(file.path, ["enqueue", "echo", "--wait"])
            let said = try await process.waitForLine(containing: "waiting for its end")
            try await process.waitForLine(containing: "No daemon runs")
            let listed = try await TestCtl.run(file.path, ["list", "--json"])
            let job = try #require(listed.objects.first)
            let id = try #require(job["job_id"]?.string)
            #expect(said.contains(id))
            process.signal(SIGINT)
            #expect(try await process.exitStatus(within: .seconds(5)) == .code(130))
            #expect(process.lines.contains { $0.contains("ixctl get \(id)") && $0.contains("ixctl cancel \(id)") })
            let kept = try await TestCtl.run(file.path, ["get", id, "--json"])
            #expect(kept.objects.first?["status"]?.string == "pending")
        }
    }

    @Test(.needsPostgres) func `a use case that no daemon serves is named, and a paused queue too`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let unserved = try TestCtl.start(database.url, ["enqueue", "ocr", "--wait"])
            try await unserved.waitForLine(containing: "No daemon has a pipeline for use case ocr.")
            let mistyped = try TestCtl.start(database.url, ["enqueue", "ecoh", "--wait"])
            try await mistyped.waitForLine(containing: "use case ecoh; did you mean echo?")
            mistyped.signal(SIGTERM)
            #expect(try await mistyped.exitStatus(within: .seconds(5)) == .code(143))
            for words in [["queue", "set", "echo", "concurrency=1"], ["queue", "pause", "echo"]] {
                #expect(try await TestCtl.run(database.url, words).exit == .code(0))
            }
            let held = try TestCtl.start(database.url, ["enqueue", "echo", "--wait"])
            try await held.waitForLine(containing: "The job stands in line: ")
            #expect(try await TestCtl.run(database.url, ["queue", "resume", "echo"]).exit == .code(0))
            #expect(try await held.exitStatus(within: .seconds(20)) == .code(0))
            unserved.signal(SIGTERM)
            #expect(try await unserved.exitStatus(within: .seconds(5)) == .code(143))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a job that ends soon is waited for without a word`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(file.path)
            let said = try await TestCtl.run(file.path, ["enqueue", "echo", "--wait", "--json"])
            #expect(said.exit == .code(0) && said.objects.first?["status"]?.string == "done")
            #expect(!said.text.contains("waiting for its end"), "\(said.text)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
