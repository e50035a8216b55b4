import IXTestSupport
import Testing

/// What `ix-worker doctor` finds of a fleet and its server, on real servers.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3)))
struct FleetDoctorTests {
    /// Returns the doctor's lines about `subject`, each followed by its advice.
    private func said(_ subject: String, _ url: String) async throws -> [String] {
        let run = try await DoctorRun(url)
        #expect(run.exit != .code(70))
        return run.said(subject)
    }

    @Test func `every table that has rows is told of with its size, what a day adds, and what cuts it`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            for _ in 1...3 { _ = try await db.enqueue("echo") }
            #expect(try await said("sizes", db.url).contains { $0.contains("ix_jobs takes") && !$0.contains("a day") })
            try await db.sql(
                """
                INSERT INTO ix_history (step, bucket, use_case, done, error)
                SELECT 3600, date_trunc('hour', now()) - make_interval(hours => h), 'echo', 1000, 1 FROM generate_series(1, 25) AS h
                """)
            try await db.sql("ANALYZE ix_jobs")
            let told = try await said("sizes", db.url)
            let jobs = try #require(told.first(where: { $0.contains("ix_jobs takes") }))
            #expect(jobs.hasPrefix("ok"), "\(told)")
            #expect(jobs.contains("new jobs add"), "\(told)")
            #expect(jobs.contains("as [retention] says"), "\(told)")
            #expect(
                told.contains { $0.contains("ix_history takes") && $0.contains("minutes after 48 hours") }, "\(told)")
            #expect(told.contains { $0.contains("of them are empty") }, "\(told)")
        }
    }

    @Test func `every table is known with what cuts it`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let tables = try await db.sql(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
            let told = try await said("sizes", db.url)
            let numbers = told.last?.split(separator: " ").compactMap { Int($0) } ?? []
            #expect(numbers.first == Int(tables[0][0] ?? ""), "\(told)")
            #expect(told.count - 1 + (numbers.last ?? 0) == numbers.first, "\(told)")
        }
    }

    @Test func `a slot that nothing reads is told of with the WAL that it keeps, and one that lost its WAL`()
        async throws
    {
        let server = try await PrivateCluster()
        try await TestDatabase.with(on: server.url) { db in
            #expect(try await said("slots", db.url).first?.hasPrefix("ok") == true)
            try await db.sql("SELECT pg_create_physical_replication_slot('old_standby', true)")
            try await db.sql("SELECT pg_switch_wal()")
            let idle = try await said("slots", db.url)
            #expect(
                idle.contains {
                    $0.hasPrefix("warning") && $0.contains("old_standby keeps") && $0.contains("MiB of WAL")
                }, "\(idle)")
            try await db.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
            try await db.sql("SELECT pg_reload_conf()")
            let isLost = try await eventually {
                try await db.sql(
                    "CREATE TABLE filler AS SELECT 1; DROP TABLE filler; SELECT pg_switch_wal(); CHECKPOINT")
                return try await db.sql("SELECT wal_status FROM pg_replication_slots") == [["lost"]]
            }
            let lost = try await said("slots", db.url)
            #expect(isLost && lost.contains { $0.contains("old_standby") && $0.contains("can't go on") }, "\(lost)")
        }
        try await server.remove()
    }

    @Test func `statistics of another queue than the one that waits are told of until ANALYZE`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            // Else autovacuum would mend the statistics first. `off` and `false` are one.
            try await db.sql("ALTER TABLE ix_jobs SET (autovacuum_enabled = off)")
            let insert = """
                INSERT INTO ix_jobs (job_id, client_id, request_id, status, request)
                SELECT gen_random_uuid(), 'c', gen_random_uuid(), $1, '{"use_case": "echo"}' FROM generate_series(1, 2000)
                """
            try await db.sql(insert, ["pending"])
            let none = try await said("statistics", db.url)
            #expect(none.contains { $0.hasPrefix("warning") && $0.contains("ix_jobs has no statistics") }, "\(none)")
            try await db.sql("UPDATE ix_jobs SET status = 'running', attempts = 1, started_at = now()")
            try await db.sql("UPDATE ix_jobs SET status = 'done', response = '{}', finished_at = now()")
            try await db.sql("ANALYZE ix_jobs")
            try await db.sql(insert, ["pending"])
            let stale = try await said("statistics", db.url)
            #expect(stale.contains { $0.contains("2000 jobs wait, and the planner expects 0") }, "\(stale)")
            try await db.sql("ANALYZE ix_jobs")
            #expect(try await said("statistics", db.url).first?.hasPrefix("ok") == true)
            #expect(try await said("autovacuum", db.url).first?.hasPrefix("fault") == true)
            try await db.sql("ALTER TABLE ix_lines SET (autovacuum_enabled = off)")
            let off = try await said("statistics", db.url)
            #expect(off.contains { $0.hasPrefix("warning") && $0.contains("off for ix_lines") }, "\(off)")
        }
    }

    @Test func `a job created ahead of the clock is told of, and what the doctor says makes it due`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            #expect(try await said("times", db.url).first?.hasPrefix("ok") == true)
            try await db.sql(
                """
                INSERT INTO ix_jobs (job_id, client_id, request_id, status, request, created_at)
                VALUES (gen_random_uuid(), 'shop', 'r', 'pending', '{"use_case": "echo"}', now() + interval '1 hour')
                """)
            let told = try await said("times", db.url)
            #expect(told.contains { $0.hasPrefix("warning") && $0.contains("(client shop)") }, "\(told)")
            let advice = told.first { $0.contains("→") } ?? ""
            let statement = String(advice[(advice.firstRange(of: "UPDATE")?.lowerBound ?? advice.endIndex)...])
            try await db.sql(statement)
            #expect(try await db.sql("SELECT due_at <= now() FROM ix_jobs") == [["t"]])
            #expect(try await said("times", db.url).first?.hasPrefix("ok") == true)
        }
    }

    @Test func `a session for whose lock others wait is told of, and what the doctor says ends it`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            #expect(try await said("locks", db.url).first?.hasPrefix("ok") == true)
            let (holder, waiter) = (db.session(), db.session())
            try await holder.sql("SET application_name = 'stranger'; SELECT pg_advisory_lock(7)")
            let waiting = Task { try await waiter.sql("SELECT pg_advisory_lock(7)") }
            try await db.wait(
                until:
                    """
                    EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND waitstart < clock_timestamp() - interval '2 s'
                               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                    """)
            let told = try await said("locks", db.url)
            #expect(
                told.contains {
                    $0.hasPrefix("warning") && $0.contains("1 session waits for") && $0.contains("an advisory lock")
                        && $0.contains("(stranger, role ")
                }, "\(told)")
            let ends = told.compactMap { $0.firstMatch(of: /SELECT pg_terminate_backend\(\d+\)/)?.output }
            try await db.sql(String(try #require(ends.first)))
            _ = try await waiting.value
            #expect(try await said("locks", db.url).first?.hasPrefix("ok") == true)
            await holder.close()
            await waiter.close()
        }
    }

    @Test func `daemons of several versions are told of with their hosts`() async throws {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            try await db.sql(
                """
                INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
                SELECT gen_random_uuid(), h, h, 1, v, now() + make_interval(secs => s)
                  FROM (VALUES ('a', '0.2.0', 60), ('b', '0.2.0', 60), ('c', '0.1.0', 60), ('d', '0.0.9', -1)) AS x (h, v, s)
                """)
            let told = try await said("versions", db.url)
            #expect(
                told.contains {
                    $0.hasPrefix("warning") && $0.hasSuffix("0.2.0 on a, b; 0.1.0 on c")
                }, "\(told)")
            try await db.sql("DELETE FROM ix_daemons WHERE host = 'c'")
            #expect(try await said("versions", db.url).isEmpty)
        }
    }

    @Test func `a lease shorter than a failover by Patroni is told of`() async throws {
        let server = try await PrivateCluster(options: "-c cluster_name=batman -c hot_standby=on")
        try await TestDatabase.with(on: server.url) { db in
            let short = try await said("failover", db.url)
            #expect(
                short.contains { $0.hasPrefix("warning") && $0.contains("lease_seconds = 30, and Patroni (batman)") },
                "\(short)")
            let long = try await DoctorRun(db.url, set: ["worker.lease_seconds=60"]).said("failover")
            #expect(long.count == 1 && long[0].hasPrefix("ok"), "\(long)")
        }
        try await server.remove()
    }

    @Test func `a server's standbys are counted, and so is how they follow`() async throws {
        #expect(try await said("failover", PrivateCluster.shared.url).isEmpty)
        let servers = try await Replication()
        try await TestDatabase.with(on: servers.url) { db in
            let told = try await said("failover", db.url)
            #expect(
                told.count == 1 && told[0].contains("standbys: 1, synchronous_standby_names = '*'"), "\(told)")
        }
        try await servers.remove()
    }
}
