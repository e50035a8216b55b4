import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Queues, groups and schedules on their way from one store to another.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct CtlMoveSettingsTests {
    @Test func `queues, groups and schedules go from the file into PostgreSQL and back, and what is there stays`()
        async throws
    {
        try await TestFile.with { file in
            try await TestDatabase.with { database in
                try await Self.fill(file.path)
                let (out, back) = (try TestExport(), try TestExport())
                #expect(try await Self.export(file.path, out).exit == .code(0))
                let text = try String(contentsOf: URL(filePath: out.path), encoding: .utf8)
                #expect(text.split(separator: "\n")[1].hasPrefix("{\"settings\":{\"queues\":["), "\(text)")
                // The target has a queue of the name, with a limit of its own.
                #expect(
                    try await TestCtl.run(database.url, ["queue", "set", "other", "concurrency=9"]).exit == .code(0))
                let came = try await Self.import(database.url, out)
                #expect(came.exit == .code(0) && came.objects.last?["settings"]?.text == "4", "\(came.text)")
                let settings = try await Self.settings(database.url)
                let source = try await Self.settings(file.path)
                #expect(settings == source.replacing("other 1", with: "other 9"))
                #expect(try await Self.export(database.url, back).exit == .code(0))
                try await TestFile.with { second in
                    let last = try await Self.import(second.path, back)
                    #expect(last.objects.last?["settings"]?.text == "5", "\(last.text)")
                    let there = try await Self.settings(second.path)
                    #expect(there == settings)
                }
            }
        }
    }

    @Test func `a schedule that the target refuses is named, and the rest comes in`() async throws {
        try await TestFile.with { file in
            try await TestDatabase.with { database in
                try await Self.fill(file.path)
                let export = try TestExport()
                #expect(try await Self.export(file.path, export).exit == .code(0))
                let text = try String(contentsOf: URL(filePath: export.path), encoding: .utf8)
                let zone = text.replacing("Europe/Berlin", with: "Europe/Berlim")
                try zone.write(to: URL(filePath: export.path))
                let came = try await Self.import(database.url, export)
                #expect(
                    came.exit == .code(1)
                        && came.text.contains("schedule nightly is refused: time_zone: Europe/Berlim"), "\(came.text)")
                #expect(came.objects.last?["settings"]?.text == "4" && came.objects.last?["refused"]?.text == "1")
                let refused = try String(contentsOf: URL(filePath: export.path + ".errors.jsonl"), encoding: .utf8)
                #expect(refused.contains("nightly") && !refused.contains("concurrency"), "\(refused)")
            }
        }
    }

    @Test func `a schedule that a daemon has halted is refused alone, and large and deep ones come in`() async throws {
        try await TestDatabase.withTwo { source, target in
            let export = try TestExport()
            // SQL checks the form of a rule alone; the five documents are more than a document may hold.
            for statement in [
                "SELECT ix_schedule('leap', '{\"use_case\": \"echo\"}', cron => '0 0 30 2 *')",
                """
                SELECT ix_schedule('large' || n, jsonb_build_object('use_case', 'echo', 'text', repeat('x', 1000000)),
                    every_seconds => 3600) FROM generate_series(1, 5) AS n
                """,
                """
                SELECT ix_schedule('deep', ('{"use_case": "echo", "d": ' || repeat('[', 62) || repeat(']', 62) || '}')::jsonb,
                    every_seconds => 3600)
                """,
            ] { try await source.sql(statement) }
            try await source.enqueue(count: 2)
            #expect(try await source.export(export.path).exit == .code(0))
            try await TestFile.with { file in
                for url in [target.url, file.path] {
                    let came = try await TestCtl.run(url, ["import", export.path, "--json", "--again"])
                    #expect(
                        came.exit == .code(1) && came.text.contains("schedule leap is refused: cron"), "\(came.text)")
                    let said = came.objects.last
                    #expect(said?["settings"]?.text == "6" && said?["refused"]?.text == "1", "\(came.text)")
                    #expect(said?["inserted"]?.text == "2", "\(came.text)")
                    let refused = try export.beside(".errors.jsonl")
                    #expect(refused.count == 1 && refused[0]["field"]?.string == "cron", "\(refused)")
                    #expect(refused[0]["text"]?.string?.contains("leap") == true, "\(refused)")
                }
            }
        }
    }

    @Test func `an import that ends early has set no schedule, and the whole one has`() async throws {
        try await TestFile.with { file in
            try await TestDatabase.with { database in
                try await Self.fill(file.path)
                let export = try TestExport()
                #expect(try await Self.export(file.path, export).exit == .code(0))
                let lines = try export.lines
                for (kept, schedules) in [(lines.count - 1, 0), (lines.count, 2)] {
                    let input = try TestCtl.start(database.url, ["import", "-"], keepsInput: true)
                    input.write(lines[..<kept].joined(separator: "\n") + "\n")
                    input.closeInput()
                    #expect(try await input.exitStatus() == .code(schedules == 0 ? 64 : 0))
                    #expect(try await database.count("true") == 1)
                    let there = try await TestCtl.run(database.url, ["schedule", "list", "--json"]).objects
                    #expect(there.count == schedules)
                    #expect(try await TestCtl.run(database.url, ["queue", "get", "mail"]).exit == .code(0))
                }
            }
        }
    }

    private static func export(_ url: String, _ file: TestExport) async throws -> TestCtl.Said {
        try await TestCtl.run(url, ["export", file.path, "--json", "--move"])
    }

    private static func `import`(_ url: String, _ file: TestExport) async throws -> TestCtl.Said {
        try await TestCtl.run(url, ["import", file.path, "--json"])
    }

    private static func fill(_ url: String) async throws {
        for arguments in [
            [
                "queue", "set", "mail", "concurrency=3", "rate=60", "rate_seconds=30", "burst=5",
                "use_cases=echo,report",
            ],
            ["queue", "set", "other", "concurrency=1"], ["queue", "pause", "mail"],
            ["group", "set", "mail", "acme", "concurrency=2"],
            [
                "schedule", "set", "nightly", "report", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin",
                "--queue", "mail", "--priority", "5",
            ],
            ["schedule", "set", "feed", "echo", "--every", "1h", "--overlap", "skip"], ["schedule", "fire", "feed"],
            ["schedule", "pause", "feed"],
        ] {
            let said = try await TestCtl.run(url, arguments)
            #expect(said.exit == .code(0), "\(arguments): \(said.text)")
        }
    }

    /// The settings without versions and times of pauses.
    private static func settings(_ url: String) async throws -> String {
        var lines: [String] = []
        for queue in ["mail", "other"] {
            let one = try await TestCtl.run(url, ["queue", "get", queue, "--json"]).objects.first
            let names = ["concurrency", "rate", "rate_seconds", "burst", "use_cases"]
            lines.append("\(queue) " + names.map { one?[$0]?.text ?? "-" }.joined(separator: " "))
            lines.append("\(queue) is paused: \(one?["paused_at"]?.isNull == false)")
        }
        for group in try await TestCtl.run(url, ["group", "list", "mail", "--json"]).objects {
            lines.append("group \(group["group_key"]?.text ?? "-") \(group["concurrency"]?.text ?? "-")")
        }
        for one in try await TestCtl.run(url, ["schedule", "list", "--json"]).objects {
            let names = [
                "name", "request", "cron", "every_seconds", "time_zone", "queue", "priority", "overlap", "next_at",
                "last_job",
            ]
            lines.append(names.map { one[$0]?.text ?? "-" }.joined(separator: " "))
            lines.append("is paused: \(one["paused_at"]?.isNull == false)")
        }
        return lines.joined(separator: "\n")
    }
}
