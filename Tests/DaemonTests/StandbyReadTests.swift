import IXTestSupport
import Testing

/// A daemon with `[postgres] read_url`, and what the doctor says of the standby.
@Suite(.needsOwnCluster, .timeLimit(.minutes(4)))
struct StandbyReadTests {
    private func said(_ database: TestDatabase, _ url: String, _ set: [String] = []) async throws -> [String] {
        let run = try await DoctorRun(database.url, set: ["postgres.read_url=\(url)"] + set)
        #expect(run.exit == .code(0), "\(run.lines)")
        return run.said("reads")
    }

    @Test func `the doctor tells of a standby for reads that is near, away, behind, promoted, or another's`()
        async throws
    {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            try await servers.catchUp()
            let url = try servers.standbyURL(of: db)
            #expect(try await DoctorRun(db.url).said("reads").isEmpty)
            let near = try await said(db, url)
            #expect(near.count == 1 && near[0].hasPrefix("ok") && near[0].contains("is a standby"), "\(near)")
            try await TestDatabase.with { other in
                let told = try await said(db, other.url)
                #expect(told.first?.contains("is no copy of the database of url") == true, "\(told)")
            }
            try await TestDatabase.with(.migrated, on: servers.url) { other in
                try await servers.catchUp()
                let told = try await said(db, servers.standbyURL(of: other))
                #expect(told.first?.contains("is no copy of the database of url") == true, "\(told)")
            }
            let primary = try ServerAddress(db.url)
            let host = String(primary["host"]?.split(separator: ",").first ?? "")
            let same = primary.url(["host": host, "port": "5432", "target_session_attrs": "any"])
            #expect(try await said(db, same).first?.contains("no standby answers at this address") == true)
            try await servers.onStandby("SELECT pg_wal_replay_pause()")
            try await db.sql("CREATE TABLE late AS SELECT 1")
            let isBehind = try await eventually(within: .seconds(20)) {
                let told = try await said(db, url, ["postgres.read_max_age_seconds=1"])
                return told.contains { $0.contains("s behind, and read_max_age_seconds is 1") }
            }
            #expect(isBehind)
            try await servers.onStandby("SELECT pg_wal_replay_resume()")
            try await servers.stopStandby()
            let away = try await said(db, url)
            #expect(away.first?.hasPrefix("warning") == true, "\(away)")
            try await servers.startStandby()
            try await servers.promoteStandby()
            #expect(try await said(db, url).first?.contains("no standby answers at this address") == true)
        }
        try await servers.remove()
    }

    @Test func `the doctor tells of a standby that has commits which the primary never had`() async throws {
        let servers = try await Replication(isSynchronous: false)
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            try await servers.catchUp()
            let former = try await servers.diverge(db)
            let told = try await said(db, former)
            #expect(told.first?.contains("has commits that the primary never had") == true, "\(told)")
            #expect(told.first?.contains("timeline 1 by its control file, and the primary on timeline 2") == true)
            // The primary passes the place: the positions don't tell any more.
            try await db.sql("CREATE TABLE later AS SELECT repeat('x', 100) FROM generate_series(1, 300000)")
            let later = try await said(db, former, ["postgres.read_max_age_seconds=3600"])
            #expect(later.contains { $0.hasPrefix("warning") && $0.contains("is on timeline 1") }, "\(later)")
        }
        try await servers.remove()
    }

    @Test func `a daemon reads lists from its standby, and from the primary while there is none`() async throws {
        let servers = try await Replication(isSynchronous: false)
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            try await servers.catchUp()
            let toml = "[postgres]\nread_url = \"\(try servers.standbyURL(of: db))\"\n"
            let served = try await ServedAddress.running(db.url, toml: toml)
            #expect(try await served.get("/v1/jobs").status == 200)
            try await served.process.waitForLine(containing: "lists and counts are read from the standby")
            try await servers.stopStandby()
            #expect(try await served.get("/v1/jobs").status == 200)
            try await served.process.waitForLine(containing: "the standby answers no reads; the primary does")
            try await servers.startStandby()
            let isBack = try await eventually(within: .seconds(30)) {
                _ = try await served.get("/v1/jobs")
                return served.process.lines.count { $0.contains("lists and counts are read from the standby") } == 2
            }
            #expect(isBack)
            // A failover: the standby becomes the primary, and answers as such.
            try await servers.catchUp()
            try await servers.crashPrimary()
            try await servers.promoteStandby()
            let job = try await db.enqueue("echo")
            try await db.wait(job, until: "status = 'done'", within: .seconds(60))
            let answers = try await eventually(within: .seconds(30)) {
                try await served.get("/v1/jobs").body.contains(job)
            }
            #expect(answers)
            let isTold = try await eventually {
                // The look at the standby counts for half a second, and only a read looks again.
                _ = try await served.get("/v1/jobs")
                return served.process.lines.count { $0.contains("the standby answers no reads") } == 2
            }
            #expect(isTold, "\(served.process.lines.suffix(20))")
            served.process.signal(15)
            #expect(try await served.process.exitStatus() == .code(0))
        }
        try await servers.remove()
    }

    @Test func `ixctl behind a server sees its own change, however far behind the standby is`() async throws {
        let servers = try await Replication(isSynchronous: false)
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            try await servers.catchUp()
            let toml = "[postgres]\nread_url = \"\(try servers.standbyURL(of: db))\"\n"
            let served = try await ServedAddress.running(db.url, toml: toml)
            #expect(try await served.get("/v1/queues").status == 200)
            try await served.process.waitForLine(containing: "lists and counts are read from the standby")
            try await servers.onStandby("SELECT pg_wal_replay_pause()")
            func run(_ arguments: [String]) async throws -> TestCtl.Said {
                try await TestCtl.run("/nonexistent/jobs.db", arguments + ["--server", "http://\(served.address)"])
            }
            let enqueue = ["enqueue", "echo", "--client-id", "c", "--request-id", "mine"]
            #expect(try await run(enqueue).exit == .code(0))
            let list = try await run(["list"])
            #expect(list.text.contains("mine"), "\(list.text)")
            #expect(try await !served.get("/v1/jobs").body.contains("mine"))
            try await servers.onStandby("SELECT pg_wal_replay_resume()")
            served.process.signal(15)
            #expect(try await served.process.exitStatus() == .code(0))
        }
        try await servers.remove()
    }

    @Test func `the embedded file has no standby, and a bad address of one is refused by name`() async throws {
        for (set, reason) in [
            (["store.kind=sqlite", "postgres.read_url=postgresql://b/ix"], "postgres.read_url"),
            (["postgres.url=postgresql://a/ix", "postgres.read_url=postgresql://b:x/ix"], "postgres.read_url"),
        ] {
            let process = try TestProcess(
                try Programs.path("ix-worker"), ["check-config"] + set.flatMap { ["--set", $0] },
                environment: TestProcess.plainEnvironment)
            #expect(try await process.exitStatus() == .code(78))
            #expect(process.lines.contains { $0.contains(reason) }, "\(process.lines)")
        }
    }
}
