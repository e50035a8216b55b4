import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Ended jobs go in again, on either store.
@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct CtlResubmitTests {
    @Test func `an ended job runs again as a new one that names it`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let old = try await database.enqueue("fail")
            try await database.wait(old, until: "status = 'error'")
            let said = try await TestCtl.run(database.url, ["resubmit", old, "--json"])
            let new = try #require(said.objects.first?["new_job_id"]?.string)
            #expect(said.exit == .code(0) && said.objects.first?["result"]?.string == "resubmitted")
            try await database.wait(new, until: "status = 'error' AND resubmit_of = '\(old)'")
            let again = try await TestCtl.run(database.url, ["resubmit", old])
            #expect(again.exit == .code(0) && again.text.contains("\(old) was resubmitted before, as \(new)"))
            let shown = try await TestCtl.run(database.url, ["get", new])
            #expect(shown.text.contains(old))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `on the file, what can't go in again is told for each and exits 1`() async throws {
        try await TestFile.with { file in
            let waits = try await file.enqueue("echo", "{}")
            let missing = UUID().uuidString.lowercased()
            let ended = try await file.enqueue("echo", "{}")
            _ = try await TestCtl.run(file.path, ["cancel", ended])
            let said = try await TestCtl.run(file.path, ["resubmit", waits, missing, ended])
            #expect(said.exit == .code(1))
            #expect(said.lines.contains { $0.contains(waits) && $0.contains("has not ended (pending)") })
            #expect(said.lines.contains { $0.contains(missing) && $0.contains("no such job") })
            #expect(said.lines.contains { $0.hasPrefix("\(ended) resubmitted as ") })
            let long = try await TestCtl.run(
                file.path, ["resubmit", ended, "--request-id", String(repeating: "x", count: 256)])
            #expect(long.exit == .code(1) && long.text.contains("request_id") && long.text.contains("255"))
            let two = try await TestCtl.run(file.path, ["resubmit", ended, waits, "--request-id", "x"])
            #expect(two.exit == .code(64))
        }
    }

    @Test func `a filter finds ended jobs alone, each once, and nothing without a confirmation`() async throws {
        try await TestFile.with { file in
            var ended: [String] = []
            for number in 0..<3 {
                let job = try await file.enqueue(number == 2 ? "echo" : "fail", "{}")
                _ = try await TestCtl.run(file.path, ["cancel", job])
                ended.append(job)
            }
            let waits = try await file.enqueue("fail", "{}")
            let filter = ["resubmit", "--status", "error", "--error-code", "cancelled", "--use-case", "fail"]
            #expect(try await TestCtl.run(file.path, filter).exit == .code(64))
            #expect(try await TestCtl.run(file.path, ["resubmit", "--status", "pending", "--yes"]).exit == .code(64))
            #expect(try await TestCtl.run(file.path, ["resubmit", waits, "--use-case", "fail"]).exit == .code(64))
            let shown = try await TestCtl.run(file.path, filter + ["--dry-run"])
            #expect(shown.exit == .code(0) && shown.text.contains("2 jobs would be resubmitted"), "\(shown.text)")
            #expect(shown.lines.contains { $0.hasPrefix("fail ") && $0.hasSuffix(" 2") }, "\(shown.text)")
            let listed = try await TestCtl.run(file.path, filter + ["--dry-run", "--json"])
            #expect(Set(listed.objects.compactMap { $0["job_id"]?.string }) == Set(ended.prefix(2)))
            for _ in 0..<2 {
                let said = try await TestCtl.run(file.path, filter + ["--yes"])
                #expect(said.exit == .code(0) && said.lines.contains("2 jobs resubmitted"), "\(said.text)")
            }
            let pending = try await TestCtl.run(file.path, ["list", "--status", "pending", "--json"])
            #expect(pending.objects.count == 3)
        }
    }
}
