import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// `ixctl --server` does by HTTP what it does on the store, for a user without access to the database.
@Suite(.timeLimit(.minutes(2))) struct CtlServerTests {
    @Test func `each command that takes a server works through it`() async throws {
        try await TestFile.with { file in
            let served = try await ServedAddress.running(file.path)
            let server = ["--server", "http://\(served.address)"]
            func run(_ arguments: [String]) async throws -> TestCtl.Said {
                // A file that isn't there: no command may look into a store.
                try await TestCtl.run("/nonexistent/jobs.db", arguments + server)
            }
            let ready = try await run(["ready"])
            #expect(ready.exit == .code(0) && ready.lines.contains("ready"), "\(ready.text)")
            let added = try await run([
                "enqueue", "echo", "--client-id", "c", "--request-id", "1", "--callback-url", "http://127.0.0.1:9/",
                "--wait", "--json",
            ])
            let job = try #require(added.objects.first?["job_id"]?.string, "\(added.text)")
            for arguments in [
                ["get", job], ["list", "--status", "done"], ["logs", String(job.prefix(8))],
                ["callbacks", "show", String(job.prefix(4))],
            ] {
                let said = try await run(arguments)
                #expect(said.exit == .code(0), "\(arguments): \(said.text)")
            }
            let callbacks = try await run(["callbacks", "list", "--state", "due", "--client-id", "c"])
            #expect(callbacks.text.contains(job), "\(callbacks.text)")
            let again = try await run(["resubmit", String(job.prefix(6)), "--request-id", "2"])
            #expect(again.exit == .code(0) && again.text.contains("\"new_job_id\""), "\(again.text)")
            let unknown = try await run(["get", job.hasPrefix("ffff") ? "eeee" : "ffff"])
            #expect(unknown.exit == .code(1), "\(unknown.text)")
            // A try may be under way, which refuses the request.
            let isRedelivered = try await eventually {
                try await run(["callbacks", "redeliver", job]).exit == .code(0)
            }
            #expect(isRedelivered)
            // Its callback is due, so the job stays.
            let kept = try await run(["erase", job, "--yes"])
            #expect(kept.exit == .code(1), "\(kept.text)")
            #expect(try await run(["resubmit", "--status", "error", "--yes"]).exit == .code(64))
            served.process.signal(SIGTERM)
            #expect(try await served.process.exitStatus() == .code(0))
            let gone = try await run(["ready"])
            #expect(gone.exit == .code(69) && gone.text.contains("not ready"), "\(gone.text)")
        }
    }

    @Test func `batches are listed as lines, a page at a time`() async throws {
        try await TestFile.with { file in
            let served = try await ServedAddress.running(file.path)
            let server = ["--server", "http://\(served.address)"]
            var batches: [String] = []
            for _ in 0..<3 {
                let made = try await TestCtl.run(
                    "/nonexistent/jobs.db", ["batch", "create", "merge", "--client-id", "shop", "--open"] + server)
                let id = made.lines.lazy.compactMap { $0.firstMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) }
                batches.append(String(try #require(id.first?.output.0, "\(made.text)")))
            }
            var (listed, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try await TestCtl.run(
                    "/nonexistent/jobs.db",
                    ["batch", "list", "--limit", "2"] + server + (cursor.map { ["--after", $0] } ?? []))
                listed += page.objects.compactMap { $0["batch_id"]?.string }
                #expect(page.exit == .code(0) && page.objects.count == (cursor == nil ? 2 : 1), "\(page.text)")
                let more = page.lines.first { $0.contains("More batches follow") }
                cursor = more?.split(separator: " ").last.map(String.init)
            } while cursor != nil
            #expect(listed == batches)
            let json = try await TestCtl.run(
                "/nonexistent/jobs.db", ["batch", "list", "--json", "--limit", "1"] + server)
            #expect(json.lines.count == 1 && json.objects.count == 1, "\(json.text)")
            served.process.signal(SIGTERM)
            #expect(try await served.process.exitStatus() == .code(0))
        }
    }

    @Test func `a client's ended jobs are erased together, and the others stay`() async throws {
        try await TestFile.with { file in
            var ids: [String] = []
            for number in 0..<4 {
                let client = number == 3 ? "other" : "c"
                let said = try await TestCtl.run(
                    file.path, ["enqueue", "echo", "--client-id", client, "--request-id", "\(number)"])
                ids.append(try #require(said.jobID))
            }
            for id in [ids[0], ids[1], ids[3]] { _ = try await TestCtl.run(file.path, ["cancel", id]) }
            #expect(try await TestCtl.run(file.path, ["erase", "--client-id", "c"]).exit == .code(64))
            let said = try await TestCtl.run(file.path, ["erase", "--client-id", "c", "--yes"])
            #expect(said.exit == .code(0) && said.lines.contains("2 jobs erased"), "\(said.text)")
            let left = try await TestCtl.run(file.path, ["list", "--json"])
            #expect(Set(left.objects.compactMap { $0["job_id"]?.string }) == [ids[2], ids[3]])
        }
    }
}
