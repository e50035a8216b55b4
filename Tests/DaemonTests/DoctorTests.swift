import IXTestSupport
import Testing

/// What `ix-worker doctor` finds, on real servers.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3)))
struct DoctorTests {
    private func doctor(
        _ url: String, set: [String] = [], environment: [String: String] = [:], toml: String = "", json: Bool = false
    ) async throws -> (exit: TestProcess.Exit, lines: [String]) {
        let run = try await DoctorRun(url, set: set, environment: environment, toml: toml, json: json)
        return (run.exit, run.lines)
    }

    /// The lines about `subject`.
    private func said(_ lines: [String], _ subject: String) -> [String] {
        lines.filter { $0.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first == "\(subject):" }
    }

    @Test func `a sound installation has no fault, and every check has its line`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let (exit, lines) = try await doctor(db.url, toml: "[pipelines.x]\nkind = \"echo\"\n")
            #expect(exit == .code(0), "\(lines)")
            for subject in [
                "configuration", "secrets", "database", "schema", "privileges", "clock", "pooler", "listener",
                "autovacuum", "sizes", "statistics", "slots", "times",
                "xmin_horizon", "locks", "daemons", "state", "pipelines", "journal", "service",
            ] {
                #expect(!said(lines, subject).isEmpty, "\(subject)")
                #expect(!said(lines, subject).contains { $0.hasPrefix("fault") }, "\(subject)")
            }
            #expect(said(lines, "listener")[0].contains("µs"))
        }
    }

    @Test func `JSON is an object a line, with the same severities`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let (_, lines) = try await doctor(db.url, json: true)
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"severity":""#) && $0.hasSuffix("}") })
            #expect(lines.contains { $0.hasPrefix(#"{"severity":"ok","subject":"schema","text":"version 8"}"#) })
        }
    }

    @Test func `a database that is away is a fault, and what needs one is left out`() async throws {
        let (exit, lines) = try await doctor("postgresql:///x?host=/nowhere")
        #expect(exit == .code(69))
        #expect(said(lines, "database")[0].hasPrefix("fault") && said(lines, "schema").isEmpty)
        #expect(!said(lines, "pipelines").isEmpty && lines.last?.contains("can't be made before that") == true)
    }

    @Test func `a database without the schema is told of, with the remedy`() async throws {
        try await TestDatabase.with(.empty, on: PrivateCluster.shared.url) { db in
            let (exit, lines) = try await doctor(db.url)
            #expect(exit == .code(78) && said(lines, "schema")[0].hasPrefix("fault"))
            #expect(lines.contains { $0.contains("ix-worker migrate") })
            #expect(!said(lines, "xmin_horizon").isEmpty && said(lines, "daemons").isEmpty)
        }
    }

    @Test func `a role that may too little is told what it lacks; the worker's lacks nothing`() async throws {
        try await RoleDatabase.with { db in
            let reader = try await doctor(try db.url(as: "ix_reader"))
            #expect(reader.exit == .code(77))
            #expect(said(reader.lines, "privileges")[0].contains("ix_jobs: UPDATE"))
            let worker = try await doctor(try db.url(as: "ix_worker"))
            #expect(worker.exit == .code(0), "\(worker.lines)")
        }
    }

    @Test func `each right to write that the worker's role has is missed when it is gone`() async throws {
        // A table that no statement names yet is no daemon's need.
        let statements = try SQLFolder.files(of: "IXPostgres").filter { file in
            file.key != "roles" && !["0", "examine_", "describe_"].contains { file.key.hasPrefix($0) }
        }
        try await RoleDatabase.with { db in
            let rights = try await db.sql(
                """
                SELECT table_name, privilege_type FROM information_schema.role_table_grants
                 WHERE grantee = 'ix_worker' AND privilege_type <> 'SELECT'
                """
            ).filter { right in statements.values.contains { $0.contains(right[0] ?? "-") } }
            #expect(rights.count > 15)
            for right in rights {
                let (table, privilege) = (right[0] ?? "", right[1] ?? "")
                try await db.sql("REVOKE \(privilege) ON \(table) FROM ix_worker")
            }
            let (_, lines) = try await doctor(try db.url(as: "ix_worker"))
            let told = said(lines, "privileges").joined(separator: "\n")
            for right in rights {
                let name = "\(right[0] ?? ""): \(right[1] ?? "")"
                #expect(told.contains(name), "\(name) is not named")
            }
        }
    }

    @Test func `row security that may hide jobs from the daemon's role is told of`() async throws {
        try await RoleDatabase.with { db in
            try await db.sql("ALTER TABLE ix_jobs ENABLE ROW LEVEL SECURITY")
            let (_, lines) = try await doctor(try db.url(as: "ix_worker"))
            let told = said(lines, "privileges")
            #expect(told.contains { $0.hasPrefix("warning") && $0.contains("row security") && $0.contains("ix_jobs") })
        }
    }

    @Test func `a configuration with faults is a finding for each of them`() async throws {
        let (exit, lines) = try await doctor("postgresql:///x", toml: "[worker]\ncount = 0\ncuont = 1\n")
        #expect(exit == .code(78) && said(lines, "configuration").count == 2)
    }

    @Test func `an old transaction is named as the holder of the xmin horizon, with its pid`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let holder = db.session()
            try await holder.sql("SET application_name = 'reporting'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
            try await db.useUpTransactions()
            let (exit, lines) = try await doctor(db.url)
            let found = said(lines, "xmin_horizon")
            #expect(exit == .code(0), "\(lines)")
            #expect(found.contains { $0.hasPrefix("warning") && $0.contains("reporting") }, "\(found)")
            try await holder.sql("ROLLBACK")
            await holder.close()
        }
    }

    @Test func `a worker's role, which may not look into others' sessions, is told of an old transaction, too`()
        async throws
    {
        try await RoleDatabase.with { db in
            let holder = db.session()
            try await holder.sql("SET application_name = 'reporting'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
            try await db.useUpTransactions()
            let (_, lines) = try await doctor(try db.url(as: "ix_worker"))
            let found = said(lines, "xmin_horizon")
            #expect(found.contains { $0.hasPrefix("warning") && $0.contains("reporting") }, "\(found)")
            await holder.close()
        }
    }

    @Test func `autovacuum that is off for the table is a fault`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            try await db.sql("ALTER TABLE ix_jobs SET (autovacuum_enabled = false)")
            let (exit, lines) = try await doctor(db.url)
            #expect(exit == .code(78) && said(lines, "autovacuum")[0].hasPrefix("fault"))
        }
    }

    @Test func `jobs of daemons that are gone are counted, and live daemons are`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let job = try await db.enqueue("echo")
            try await db.sql(
                """
                UPDATE ix_jobs SET status = 'running', claim_id = gen_random_uuid(), daemon_id = gen_random_uuid(),
                       started_at = now() WHERE job_id = $1::uuid
                """, [job])
            let alone = try await doctor(db.url)
            #expect(said(alone.lines, "daemons").contains { $0.contains("no daemon holds a lease") })
            #expect(said(alone.lines, "daemons").contains { $0.contains("1 jobs are held by daemons that are gone") })
            let daemon = try await TestDaemon.ready(db.url)
            #expect(said(try await doctor(db.url).lines, "daemons")[0].contains("1 hold a lease"))
            _ = try await daemon.terminate()
        }
    }

    @Test(.needsPgBouncer)
    func `behind a pooler what is set wrongly is a fault, and what is set well is not`() async throws {
        try await TestPooler.with { pooled in
            let wrong = try await doctor(pooled.url)
            #expect(wrong.exit == .code(78) && said(wrong.lines, "pooler")[0].hasPrefix("fault"), "\(wrong.lines)")
            let set = ["postgres.prepared=false", "postgres.listen_url=" + pooled.database.url]
            let right = try await doctor(pooled.url, set: set)
            #expect(right.exit == .code(0) && said(right.lines, "pooler")[0].hasPrefix("ok"), "\(right.lines)")
        }
    }

    @Test func `a secret in a file that all may read is told of, and never printed`() async throws {
        let url = "postgresql://ix:s3cret@/x?host=/nowhere"
        let (_, lines) = try await doctor(
            "postgresql:///x", environment: ["IX_POSTGRES_URL": url, "IX_POSTGRES_PASSWORD_FILE": "/etc/hostname"],
            toml: "[postgres]\nurl = \"\(url)\"\n")
        #expect(said(lines, "secrets").contains { $0.contains("/etc/hostname") })
        #expect(!lines.joined().contains("s3cret"))
    }

    @Test func `the embedded file is looked over, too`() async throws {
        try await TestFile.with { file in
            let (exit, lines) = try await doctor(file.path)
            #expect(exit == .code(0) && !said(lines, "file").isEmpty && said(lines, "database").isEmpty, "\(lines)")
        }
    }
}

extension TestDatabase {
    /// Makes every current snapshot look old: enough transactions begin that a doctor warns.
    func useUpTransactions() async throws {
        try await sql(
            """
            CREATE TEMPORARY TABLE used (x int);
            DO $$ BEGIN FOR i IN 1..101000 LOOP BEGIN
                INSERT INTO used VALUES (i); EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$
            """)
    }
}
