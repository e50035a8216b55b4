import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// From the laptop's file to PostgreSQL and back.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CtlMoveStoresTests {
    @Test func `what goes from PostgreSQL into the file and back is as it was, every column`() async throws {
        try await TestDatabase.with { database in
            try await TestFile.with { file in
                let (out, back) = (try TestExport(), try TestExport())
                try await database.fill()
                let before = try await database.everything()
                #expect(try await database.export(out.path).exit == .code(0))
                let came = try await file.import(out.path)
                #expect(came.exit == .code(0) && came.objects.last?["inserted"]?.text == "7", "\(came.text)")
                #expect(try await database.everything().isEmpty)
                let left = try await file.export(back.path)
                #expect(left.exit == .code(0) && left.objects.last?["jobs"]?.text == "7", "\(left.text)")
                #expect(try await database.import(back.path).exit == .code(0))
                let after = try await database.everything()
                #expect(after == before && before.count == 10)
                let rest = try await TestCtl.run(file.path, ["list", "--json"])
                #expect(rest.objects.isEmpty)
            }
        }
    }

    @Test func `the laptop's jobs go on in PostgreSQL, and run there once`() async throws {
        try await TestDatabase.with { database in
            try await TestFile.with { file in
                let export = try TestExport()
                for number in 1...5 {
                    let said = try await TestCtl.run(
                        file.path, ["enqueue", "echo", "--client-id", "c", "--request-id", "\(number)"])
                    #expect(said.exit == .code(0))
                }
                #expect(try await file.export(export.path).exit == .code(0))
                let daemon = try await TestDaemon.ready(database.url, set: ["worker.poll_seconds=3600"])
                #expect(try await database.import(export.path).exit == .code(0))
                try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 5")
                #expect(try await daemon.terminate() == .code(0))
                let again = try await file.import(export.path)
                #expect(again.exit == .code(64) && again.text.contains("--again"))
            }
        }
    }

    @Test func `while a daemon runs the file's jobs they don't leave, not even by force`() async throws {
        try await TestFile.with { file in
            let export = try TestExport()
            let daemon = try await TestDaemon.ready(file.path)
            for more in [["--move"], ["--move", "--force"]] {
                let said = try await file.export(export.path, more)
                #expect(said.exit == .code(75) && said.text.contains("\(daemon.process.pid)"), "\(said.text)")
            }
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await file.export(export.path).exit == .code(0))
        }
    }

    @Test func `a job that ran when its daemon was killed leaves as pending, with one more attempt`() async throws {
        try await TestFile.with { file in
            let export = try TestExport()
            let daemon = try await TestDaemon.ready(file.path)
            let id = try await TestCtl.run(
                file.path,
                ["enqueue", "sleep", "--client-id", "c", "--request-id", "1", "--request", "-"],
                input: #"{"options":{"seconds":60}}"#
            ).jobID
            try await daemon.process.waitForLine(containing: ") claimed")
            daemon.process.signal(SIGKILL)
            _ = try await daemon.process.exitStatus()
            #expect(try await file.export(export.path).exit == .code(0))
            let line = try #require(try export.lines.first { $0.contains(id ?? "?") })
            #expect(line.contains(#""status":"pending""#) && line.contains(#""attempts":1"#), "\(line)")
        }
    }
}

extension TestFile {
    fileprivate func export(_ path: String, _ more: [String] = ["--move"]) async throws -> TestCtl.Said {
        try await TestCtl.run(self.path, ["export", path, "--json"] + more)
    }

    fileprivate func `import`(_ path: String) async throws -> TestCtl.Said {
        try await TestCtl.run(self.path, ["import", path, "--json"])
    }
}
