import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Jobs that wait, batches and the keys of requests on their way through an export's file.
@Suite(.needsPostgres, .timeLimit(.minutes(4))) struct CtlMoveFlowTests {
    @Test(arguments: [true, false])
    func `batches and waiting jobs go through the file, and go on where they come in`(_ toFile: Bool) async throws {
        try await TestDatabase.with { database in
            try await TestFile.with { file in
                let (source, target) = toFile ? (database.url, file.path) : (file.path, database.url)
                let export = try TestExport()
                let batch = try await Self.fill(source)
                let moved = try await TestCtl.run(source, ["export", "--move", export.path, "--json"])
                #expect(moved.exit == .code(0) && moved.objects.last?["jobs"]?.text == "6", "\(moved.text)")
                #expect(try export.lines[0].contains(#""ix_export":3"#))
                #expect(try export.lines.count { $0.hasPrefix("{\"waits\":") } == 3)
                // The daemon runs while the jobs come in.
                let daemon = try await TestDaemon.ready(target)
                let came = try await TestCtl.run(target, ["import", export.path, "--json"])
                #expect(came.objects.last?["inserted"]?.text == "6", "\(came.text)")
                let jobs = try await Self.ended(target, count: 6)
                #expect(jobs.allSatisfy { $0["status"]?.string == "done" && $0["attempts"]?.text == "0" })
                #expect(try Self.times(jobs, "f", "started_at") >= Self.times(jobs, "m2", "finished_at"))
                #expect(try Self.times(jobs, "last", "started_at") >= Self.times(jobs, "f", "finished_at"))
                let state = try await TestCtl.run(target, ["batch", "get", batch, "--json"])
                #expect(state.objects.last?["members"]?.text == "3", "\(state.text)")
                #expect(try await daemon.terminate() == .code(0))
                // The import goes on with what it has done.
                let again = try await TestCtl.run(target, ["import", export.path, "--again", "--json"])
                #expect(again.objects.last?["there_before"]?.text == "6", "\(again.text)")
            }
        }
    }

    @Test func `a client moves with its batch and its keys while the source's daemon runs`() async throws {
        try await TestDatabase.withTwo { source, target in
            let export = try TestExport()
            let daemon = try await TestDaemon.ready(source.url)
            let batch = try await Self.fill(source.url, later: true)
            for _ in 0..<2 { #expect(try await TestCtl.run(source.url, Self.other).exit == .code(0)) }
            let moved = try await source.export(export.path, ["--move", "--client-id", "shop"])
            #expect(moved.exit == .code(0) && moved.objects.last?["jobs"]?.text == "6", "\(moved.text)")
            // A receipt and a dedupe key.
            #expect(moved.objects.last?["keys"]?.text == "2", "\(moved.text)")
            #expect(try await source.count("true") == 1)
            #expect(try await daemon.terminate() == .code(0))
            let came = try await target.import(export.path)
            #expect(came.exit == .code(0) && came.objects.last?["keys"]?.text == "2", "\(came.text)")
            let repeated = try await TestCtl.run(
                target.url,
                ["enqueue", "echo", "--client-id", "shop", "--request-id", "repeat", "--dedupe-key", "k", "--json"])
            #expect(repeated.text.contains("\"duplicate\":true"), "\(repeated.text)")
            let state = try await TestCtl.run(target.url, ["batch", "get", batch, "--json"])
            #expect(state.objects.last?["members"]?.text == "3" && state.objects.last?["ended"]?.text == "0")
        }
    }

    @Test func `an export that was cut off within the keys writes them anew`() async throws {
        try await TestDatabase.withTwo { source, target in
            let export = try TestExport()
            _ = try await Self.fill(source.url, later: true)
            #expect(try await source.export(export.path).exit == .code(0))
            let lines = try export.lines
            let keys = try #require(lines.firstIndex { $0.hasPrefix("{\"receipts\":") })
            for kept in [keys + 1, keys + 2] {
                try export.write(Array(lines[..<kept]))
                let refused = try await target.import(export.path)
                #expect(refused.exit == .code(64), "\(refused.text)")
                #expect(try await source.export(export.path).exit == .code(0))
                #expect(try export.lines == lines)
            }
            // A torn line of keys.
            try (lines[..<keys].joined(separator: "\n") + "\n" + lines[keys].prefix(20)).write(
                to: URL(filePath: export.path))
            #expect(try await source.export(export.path).exit == .code(0))
            #expect(try export.lines == lines)
        }
    }

    @Test func `from standard input a job that waits is refused, and the file brings it in`() async throws {
        try await TestDatabase.withTwo { source, target in
            let export = try TestExport()
            _ = try await Self.fill(source.url, later: true)
            #expect(try await source.export(export.path).exit == .code(0))
            let errors = export.path + ".stdin"
            let piped = try await TestCtl.run(
                target.url, ["import", "-", "--errors", errors, "--json"],
                input: export.lines.joined(separator: "\n") + "\n")
            #expect(piped.exit == .code(1) && piped.objects.last?["refused"]?.text == "3", "\(piped.text)")
            #expect(try export.beside(".stdin").allSatisfy { $0["field"]?.string == "waits" })
        }
    }

    @Test func `an export of version 2 is read as before`() async throws {
        try await TestDatabase.withTwo { source, target in
            let export = try TestExport()
            try await source.enqueue(count: 3)
            #expect(try await source.export(export.path).exit == .code(0))
            try export.write(try export.lines.map { $0.replacing(#""ix_export":3"#, with: #""ix_export":2"#) })
            #expect(try await target.import(export.path).objects.last?["inserted"]?.text == "3")
        }
    }

    private static let other = ["enqueue", "echo", "--client-id", "other", "--dedupe-key", "k", "--run-at", "+1d"]

    /// A batch of three members, one of which waits for another, and a job behind the finisher; returns the batch.
    private static func fill(_ url: String, later: Bool = false) async throws -> String {
        func run(_ arguments: [String]) async throws -> String {
            let said = try await TestCtl.run(url, arguments)
            #expect(said.exit == .code(0), "\(arguments): \(said.text)")
            return try #require(said.jobID, "\(said.text)")
        }
        let shop = ["--client-id", "shop"]
        let time = later ? ["--run-at", "+1d"] : []
        let batch = try await run(["batch", "create", "echo", "--request-id", "f", "--open"] + shop)
        let first = try await run(
            ["enqueue", "echo", "--request-id", "m1", "--batch", batch, "--dedupe-key", "k"] + shop + time)
        _ = try await run(["enqueue", "echo", "--request-id", "m2", "--batch", batch, "--after", first] + shop)
        _ = try await run(["enqueue", "echo", "--request-id", "m3", "--batch", batch] + shop + time)
        _ = try await run(["enqueue", "echo", "--request-id", "last", "--after", batch] + shop)
        _ = try await run(["enqueue", "echo", "--request-id", "plain"] + shop + time)
        let repeated = try await TestCtl.run(
            url, ["enqueue", "echo", "--request-id", "repeat", "--dedupe-key", "k"] + shop)
        #expect(repeated.exit == .code(0), "\(repeated.text)")
        #expect(try await TestCtl.run(url, ["batch", "close", batch]).exit == .code(0))
        return batch
    }

    /// The jobs, once so many have ended.
    private static func ended(_ url: String, count: Int) async throws -> [JSONDocument] {
        for key in ["f", "m1", "m2", "m3", "last", "plain"] {
            let keys = ["--client-id", "shop", "--request-id", key]
            let said = try await TestCtl.run(url, ["get", "--follow", "--json"] + keys)
            #expect(said.exit == .code(0), "\(key): \(said.text)")
        }
        return try await TestCtl.run(url, ["list", "--client-id", "shop", "--json"]).objects
    }

    private static func times(_ jobs: [JSONDocument], _ key: String, _ name: String) throws -> String {
        try #require(jobs.first { $0["request_id"]?.string == key }?[name]?.string)
    }
}
