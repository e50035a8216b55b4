import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Export and import, killed and hindered.
@Suite(.timeLimit(.minutes(4)))
struct CtlMoveCrashTests {
    @Test(.needsPostgres) func `killed before a batch is gone, it goes on and nothing is lost or doubled`() async throws
    {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 1200)
            let job = try await source.noted(700)
            let before = try await source.everything()
            // The second batch's lines are on the disk, its rows wait to be deleted.
            let holder = source.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_attempts WHERE job_id = '\(job)' FOR UPDATE")
            let first = try TestCtl.start(source.url, ["export", "--move", file.path])
            try await source.waits(in: "remove_taken")
            first.signal(SIGKILL)
            #expect(try await first.exitStatus() == .signal(SIGKILL))
            #expect(try file.lines.count == 2 + 500 + 1 + 500)
            await holder.close()
            try await source.wait(until: "(SELECT count(*) FROM ix_jobs) = 700")
            let early = try await target.import(file.path)
            #expect(early.exit == .code(64) && early.text.contains("run the same ixctl export again"))
            let second = try await source.export(file.path)
            #expect(second.exit == .code(0) && second.objects.last?["jobs"]?.text == "1200")
            #expect(try await target.import(file.path).objects.last?["inserted"]?.text == "1200")
            #expect(try await target.everything() == before)
            #expect(try await source.everything().isEmpty)
        }
    }

    @Test(.needsPostgres) func `cut off behind a batch that is gone, the file becomes what it would have been`()
        async throws
    {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 700)
            #expect(try await source.export(file.path).exit == .code(0))
            let (whole, lines) = (try file.bytes, try file.lines)
            for kept in [lines.count - 1, lines.count - 2] {
                try file.write(Array(lines[..<kept]))
                #expect(try await source.export(file.path).exit == .code(0))
                #expect(try file.bytes == whole)
            }
        }
    }

    @Test(.needsPostgres) func `a move that was cut off is refused to another store, and to a copy`() async throws {
        try await TestDatabase.withTwo { source, other in
            let file = try TestExport()
            try await source.enqueue(count: 5)
            #expect(try await source.export(file.path).exit == .code(0))
            try file.write(Array(try file.lines.dropLast(2)))
            let before = try file.bytes
            let foreign = try await other.export(file.path)
            let copy = try await source.export(file.path, [])
            #expect(foreign.exit == .code(64) && foreign.text.contains("of another store"))
            #expect(copy.exit == .code(64) && copy.text.contains("continue the export with --move"))
            #expect(try file.bytes == before)
        }
    }

    @Test(.needsOwnCluster) func `killed while its commit is in doubt, it waits for the answer and keeps to it`()
        async throws
    {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { source in
            let file = try TestExport()
            try await source.enqueue(count: 3)
            let job = try await source.noted(1)
            let holder = source.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_attempts WHERE job_id = '\(job)' FOR UPDATE")
            let first = try TestCtl.start(source.url, ["export", "--move", file.path])
            try await source.waits(in: "remove_taken")
            // From here on the server commits without a reply, because a standby that doesn't exist has to confirm.
            try await source.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try await source.sql("SELECT pg_reload_conf()")
            try await source.wait(until: "current_setting('synchronous_standby_names') = 'nobody'")
            await holder.close()
            try await source.waits(in: "COMMIT", for: "SyncRep")
            first.signal(SIGKILL)
            #expect(try await first.exitStatus() == .signal(SIGKILL))
            #expect(try await source.count("true") == 3)  // as if nothing had been taken
            let second = try TestCtl.start(source.url, ["export", "--move", file.path])
            try await source.waits(in: "enter_moved_batch")
            try await source.sql("ALTER SYSTEM RESET synchronous_standby_names")
            try await source.sql("SELECT pg_reload_conf()")
            #expect(try await second.exitStatus() == .code(0))
            let lines = try file.lines
            #expect(lines.count == 7 && lines[5] == #"{"committed":3,"batch":1}"# && lines[6].contains(#""jobs":3"#))
            #expect(try await source.count("true") == 0)
        }
        try await cluster.remove()
    }

    @Test(.needsPostgres) func `an import killed in the middle goes on in its store, and in no other`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 1200)
            try await source.sql("SELECT ix_schedule('hourly', '{\"use_case\": \"e\"}', every_seconds => 3600)")
            let before = try await source.everything()
            let key = try await source.sql("SELECT request_id FROM ix_jobs ORDER BY job_id OFFSET 700 LIMIT 1")[0][0]!
            #expect(try await source.export(file.path).exit == .code(0))
            // A twin that isn't committed holds the second batch up.
            let holder = target.session()
            try await holder.sql(
                "BEGIN; SELECT ix_enqueue('{\"use_case\":\"e\",\"ix_client_id\":\"c\",\"request_id\":\"\(key)\"}')")
            let first = try TestCtl.start(target.url, ["import", file.path])
            try await target.waits(in: "restore")
            first.signal(SIGKILL)
            #expect(try await first.exitStatus() == .signal(SIGKILL))
            await holder.close()
            try await target.wait(until: "(SELECT count(*) FROM ix_jobs) = 500")
            #expect(try await target.sql("SELECT name FROM ix_schedules").isEmpty)
            let elsewhere = try await source.import(file.path)
            #expect(elsewhere.exit == .code(64) && elsewhere.text.contains("in part in another store"))
            try await target.sql("DELETE FROM ix_jobs WHERE job_id = (SELECT min(job_id::text)::uuid FROM ix_jobs)")
            let second = try await target.import(file.path)
            #expect(second.exit == .code(0) && second.objects.last?["inserted"]?.text == "1200")
            #expect(try await target.sql("SELECT name FROM ix_schedules") == [["hourly"]])
            #expect(try await target.count("true") == 1199)  // what was pruned meanwhile stays away
            let again = try await target.import(file.path, ["--again"])
            #expect(again.objects.last?["inserted"]?.text == "1")
            #expect(try await target.everything() == before)
            #expect(try await source.count("true") == 0)
        }
    }

    @Test(.needsPostgres) func `jobs that others hold are left behind with 75, and taken later`() async throws {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 600)
            let holder = source.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_jobs WHERE request_id IN ('5', '6') FOR UPDATE")
            let first = try await source.export(file.path, ["--move", "--retry-for", "0.3s"])
            #expect(first.exit == .code(75) && first.objects.last?["left"]?.text == "2")
            #expect(first.objects.last?["complete"]?.text == "false" && first.objects.last?["jobs"]?.text == "598")
            await holder.close()
            let second = try await source.export(file.path)
            #expect(second.exit == .code(0) && second.objects.last?["jobs"]?.text == "600")
            #expect(try file.lines.last == #"{"end":true,"jobs":600}"#)
        }
    }

    @Test(.needsPostgres) func `two at one file are kept apart`() async throws {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 3)
            let job = try await source.noted(1)
            let holder = source.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_attempts WHERE job_id = '\(job)' FOR UPDATE")
            let first = try TestCtl.start(source.url, ["export", "--move", file.path])
            try await source.waits(in: "remove_taken")
            let export = try await source.export(file.path)
            let load = try await source.import(file.path)
            #expect(export.exit == .code(75) && load.exit == .code(75) && load.text.contains("uses the file"))
            await holder.close()
            #expect(try await first.exitStatus() == .code(0))
        }
    }

    @Test(.needsPostgres) func `a live daemon is in the way; by force its job is taken and its result dropped`()
        async throws
    {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            let daemon = try await TestDaemon.ready(source.url)
            let id = try await source.enqueue("sleep", fields: #"{"options":{"seconds":3}}"#)
            try await source.wait(id, until: "status = 'running'")
            let refused = try await source.export(file.path)
            #expect(refused.exit == .code(75) && refused.text.contains("1 daemon runs; stop them first, or use"))
            #expect(!file.isBeside("") && refused.objects.isEmpty)
            #expect(try await source.job(id, "status") == "running")
            let forced = try await source.export(file.path, ["--move", "--force"])
            #expect(forced.exit == .code(0) && forced.objects.last?["jobs"]?.text == "1")
            try await daemon.process.waitForLine(containing: ") fenced")
            #expect(try await source.count("true") == 0)
            #expect(try await target.import(file.path).exit == .code(0))
            #expect(try await target.job(id, "status || attempts || (claim_id IS NULL)") == "pending1true")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres) func `a legacy worker's running job is in the way, one that a dead worker left is not`()
        async throws
    {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 2)
            try await source.sql("UPDATE ix_jobs SET status = 'running', started_at = now() WHERE request_id = '1'")
            let refused = try await source.export(file.path)
            #expect(refused.exit == .code(75) && refused.text.contains("1 job runs at a worker without a lease"))
            try await source.sql("UPDATE ix_jobs SET started_at = now() - interval '10 hours' WHERE request_id = '1'")
            #expect(try await source.export(file.path).exit == .code(0))
            #expect(try file.lines.count { $0.contains(#""status":"pending""#) } == 2)
            #expect(try file.lines.count { $0.contains(#""attempts":1"#) } == 1)
        }
    }

    @Test(.needsPostgres) func `Ctrl-C lets the batch under way end, and the same command goes on`() async throws {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 5000)
            let job = try await source.noted(700)
            let holder = source.session()
            try await holder.sql("BEGIN; SELECT 1 FROM ix_attempts WHERE job_id = '\(job)' FOR UPDATE")
            let first = try TestCtl.start(source.url, ["export", "--move", file.path])
            try await source.waits(in: "remove_taken")
            first.signal(SIGINT)
            await holder.close()
            #expect(try await first.exitStatus() == .code(130))
            #expect(first.lines.contains { $0.contains("jobs in") && $0.contains("the same command continues") })
            #expect(try file.lines.last?.contains("committed") == true)
            #expect(try await source.export(file.path).objects.last?["jobs"]?.text == "5000")
        }
    }
}
