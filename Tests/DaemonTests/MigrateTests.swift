import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct MigrateTests {
    private func migrate(_ database: TestDatabase, _ arguments: [String] = []) async throws -> (
        TestProcess.Exit, String
    ) {
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = database.url
        let process = try TestProcess(
            try Programs.path("ix-worker"), ["migrate"] + arguments, environment: environment)
        return (try await process.exitStatus(within: .seconds(60)), process.lines.joined(separator: "\n"))
    }

    @Test func `twenty at once migrate once, and all of them succeed`() async throws {
        try await TestDatabase.with(.empty) { database in
            let said = try await withThrowingTaskGroup(of: (TestProcess.Exit, String).self) { group in
                for _ in 1...20 { group.addTask { try await migrate(database) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(said.allSatisfy { $0.0 == .code(0) })
            #expect(said.filter { $0.1.contains("Applied: 1, 2, 3, 4, 5, 6, 7, 8.") }.count == 1)
        }
    }

    @Test func `down is refused with 78 while a worker runs, and works afterwards`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let refused = try await migrate(database, ["down"])
            #expect(refused.0 == .code(78) && refused.1.contains("running"))
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await migrate(database, ["down"]).0 == .code(0))
            let columns = try await database.sql(
                "SELECT count(*) FROM information_schema.columns WHERE table_name = 'ix_jobs'")
            #expect(columns[0][0] == "13")
        }
    }

    @Test func `--show-sql prints what psql can run, and touches nothing`() async throws {
        try await TestDatabase.with(.empty) { database in
            let (exit, script) = try await migrate(database, ["--show-sql"])
            #expect(exit == .code(0))
            #expect(try await database.sql("SELECT to_regclass('ix_jobs')")[0][0] == nil)
            try await database.sql(script)
            #expect(try await migrate(database).1.contains("Nothing to do"))
        }
    }
}
