import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// The schema is created once, by any number of migrators and runs.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct MigratorTests {
    @Test func `twenty migrators at once apply each version once`() async throws {
        try await TestDatabase.with(.empty) { db in
            let parameters = db.parameters
            let applied = try await withThrowingTaskGroup(of: SchemaChanges.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let migrator = PostgresMigrator(parameters)
                        let changes = try await migrator.up()
                        await migrator.close()
                        return changes
                    }
                }
                return try await group.reduce(into: [SchemaChanges]()) { $0.append($1) }
            }
            let noted = try await db.sql("SELECT version FROM ix_schema_migrations ORDER BY version")
            #expect(applied.count == 20 && applied.filter { !$0.isEmpty }.map(\.versions) == [Array(1...8)])
            #expect(noted == (1...8).map { ["\($0)"] })
        }
    }

    @Test func `twenty migrators at once adopt a table once`() async throws {
        try await TestDatabase.withOriginal { db in
            let parameters = db.parameters
            let applied = try await withThrowingTaskGroup(of: SchemaChanges.self) { group in
                for _ in 0..<20 { group.addTask { try await PostgresMigrator(parameters).up() } }
                return try await group.reduce(into: [Int]()) { $0 += $1.versions }
            }
            let jobs = try await db.count("ix_jobs")
            #expect(applied == Array(1...8) && jobs == 70)
        }
    }

    @Test(arguments: [true, false])
    func `limits of the database and its roles end neither a migration nor a check`(_ isPrepared: Bool) async throws {
        try await TestDatabase.with(.empty) { db in
            for setting in ["statement_timeout = 10", "lock_timeout = 10", "idle_in_transaction_session_timeout = 10"] {
                try await db.sql("ALTER DATABASE \(db.name) SET \(setting)")
            }
            try await db.sql("ALTER DATABASE \(db.name) SET default_transaction_isolation = serializable")
            var parameters = db.parameters
            parameters.isPrepared = isPrepared
            let migrator = PostgresMigrator(parameters)
            #expect(try await migrator.up().versions == Array(1...8))
            for _ in 0..<20 { try await migrator.check() }
            await migrator.close()
        }
    }

    @Test func `other code's claims have an index while it is asked for, and none afterwards`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 2_000)
            let migrator = PostgresMigrator(db.parameters)
            let search = "EXPLAIN SELECT job_id FROM ix_jobs WHERE status = 'pending' ORDER BY created_at LIMIT 1"
            let names = { try await db.sql(search).contains { $0[0]?.contains("ix_jobs_beside") == true } }
            let keep = { try await [migrator.keepBeside($0), migrator.keepBeside($0)] }
            #expect(try await names() == false)
            #expect(try await keep(true) == [true, false])
            #expect(try await names())
            try await db.sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_jobs_beside'::regclass")
            #expect(try await keep(true) == [true, false])
            let limps = try await migrator.limps()
            #expect(limps.count == 1 && limps[0].contains("ix-worker migrate --no-beside"), "\(limps)")
            #expect(try await migrator.up().isEmpty)
            #expect(try await keep(false) == [true, false])
            #expect(try await migrator.limps() == [])
            #expect(try await keep(true) == [true, false])
            #expect(try await migrator.down())
            #expect(try await db.sql("SELECT 1 FROM pg_class WHERE relname = 'ix_jobs_beside'").isEmpty)
            await migrator.close()
        }
    }

    @Test(arguments: [true, false])
    func `a session that keeps a migration out is named`(_ isPrepared: Bool) async throws {
        try await TestDatabase.with(.empty) { db in
            let holder = db.session()
            try await holder.sql("SET application_name = 'stranger'; SELECT pg_advisory_lock(\(SchemaSQL.lockKey))")
            var parameters = db.parameters
            parameters.isPrepared = isPrepared
            let migrator = PostgresMigrator(parameters)
            let error = await #expect(throws: StoreError.self) { _ = try await migrator.up(timeout: .zero) }
            #expect(error?.message.contains("(stranger, role ") == true, "\(String(describing: error))")
            await migrator.close()
            await holder.close()
        }
    }

    @Test func `a second up changes nothing`() async throws {
        try await TestDatabase.with { db in
            let applied = try await db.migrate(up: true)
            #expect(applied == [])
            try await PostgresMigrator(db.parameters).check()
        }
    }

    @Test func `a database without the schema fails the check and says what to do`() async throws {
        try await TestDatabase.with(.empty) { db in
            let parameters = db.parameters
            let error = await #expect(throws: StoreError.self) { try await PostgresMigrator(parameters).check() }
            #expect(error?.code == .schema && error?.message.contains("ix-worker migrate") == true)
            let store = db.store()
            let call = await #expect(throws: StoreError.self) { try await store.insert("a") }
            #expect(call?.code == .schema)
            try await db.sql("SELECT 1")
        }
    }

    @Test func `a search_path without a schema is refused by its name`() async throws {
        try await TestDatabase.with(.empty) { db in
            try await db.sql("ALTER DATABASE \(db.name) SET search_path = missing")
            let migrator = PostgresMigrator(db.parameters)
            for call in [{ _ = try await $0.up() }, { try await $0.check() }]
                as [(PostgresMigrator) async throws -> Void]
            {
                let error = await #expect(throws: StoreError.self) { try await call(migrator) }
                #expect(error?.code == .schema && error?.message.hasPrefix("search_path names no schema") == true)
            }
            await migrator.close()
        }
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"])
    func `a database in another encoding than UTF8 is refused`(_ encoding: String) async throws {
        try await TestDatabase.with(.empty) { db in
            let name = db.name + "_other"
            try await db.sql(
                "CREATE DATABASE \(name) TEMPLATE template0 ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C'")
            let parameters = ConnectionParameters(url: try db.address.url(["dbname": name]), applicationName: "ix-test")
            for call in [
                { (migrator: PostgresMigrator) in _ = try await migrator.up() }, { try await $0.check() },
            ] as [(PostgresMigrator) async throws -> Void] {
                let migrator = PostgresMigrator(parameters)
                let error = await #expect(throws: StoreError.self) { try await call(migrator) }
                #expect(error?.code == .schema && error?.message.contains(encoding) == true)
                await migrator.close()
            }
            let session = SQLSession(try db.address.url(["dbname": name]))
            let refusal = await #expect(throws: SQLFailure.self) { try await session.sql(PostgresMigrator.upScript) }
            #expect(refusal?.message.contains("UTF8") == true)
            await session.close()
            try await db.sql("DROP DATABASE \(name) WITH (FORCE)")
        }
    }

    @Test func `a schema newer than the program is refused in every direction`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("INSERT INTO ix_schema_migrations VALUES (999, 'of the future', now(), 999)")
            for call in [
                { try await db.migrate(up: true) }, { try await db.check() }, { try await db.migrate(up: false) },
            ] {
                let error = await #expect(throws: StoreError.self) { _ = try await call() }
                #expect(error?.code == .schema && error?.message.contains("999") == true)
            }
            let there = try await db.count("ix_jobs")
            #expect(there == 0)
        }
    }

    @Test func `a migration that was edited after it was applied is refused`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("UPDATE ix_schema_migrations SET checksum = 'edited'")
            for call in [{ try await db.migrate(up: true) }, { try await db.check() }] {
                let error = await #expect(throws: StoreError.self) { _ = try await call() }
                #expect(error?.code == .schema && error?.message.contains("migration 1") == true)
            }
            try await db.sql("SELECT 1")
        }
    }

    @Test func `down is refused while a worker holds its lease, unless forced`() async throws {
        try await TestDatabase.with { db in
            let store = db.store()
            _ = try await store.daemon()
            await store.close()
            let error = await #expect(throws: StoreError.self) { try await db.migrate(up: false) }
            #expect(error?.message.contains("1 daemon(s)") == true)
            let forced = try await PostgresMigrator(db.parameters).down(forced: true)
            #expect(forced)
        }
    }

    @Test func `a table in use delays a migration, which gives up in time and leaves nothing behind`() async throws {
        try await TestDatabase.withOriginal { db in
            let (holder, parameters) = (db.session(), db.parameters)
            try await holder.sql("BEGIN; LOCK TABLE ix_jobs IN ACCESS SHARE MODE")
            let error = await #expect(throws: StoreError.self) {
                try await PostgresMigrator(parameters).up(timeout: .zero)
            }
            #expect(error?.isTransient == true)
            let tables = try await db.sql("SELECT to_regclass('ix_daemons'), to_regclass('ix_schema_migrations')")
            #expect(tables == [[nil, nil]])
            async let patient = PostgresMigrator(parameters).up(timeout: .seconds(60))
            try await holder.sql("COMMIT")
            let applied = try await patient
            #expect(applied.versions == Array(1...8))
        }
    }
}

extension TestDatabase {
    fileprivate func check() async throws -> [Int] {
        try await PostgresMigrator(parameters).check()
        return []
    }
}
