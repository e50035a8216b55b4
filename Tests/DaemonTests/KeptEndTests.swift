import Glibc
import IXConcurrency
import IXTestSupport
import Testing

/// The database refuses a job's end for a cause that has nothing to do with the result: the result waits in memory.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct KeptEndTests {
    private static let quick = [
        "worker.count=1", "worker.poll_seconds=1", "worker.heartbeat_seconds=1", "worker.lease_seconds=10",
        "worker.sweep_seconds=1",
    ]
    private static let kept = "is kept in memory until"

    @Test func `a right that is missing for a moment costs no result and no start`() async throws {
        try await TestDatabase.with { database in
            let role = database.name + "_keeper"
            try await database.sql(
                """
                CREATE ROLE \(role) LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role);
                GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO \(role);
                GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO \(role)
                """)
            let daemon = try await TestDaemon.ready(try database.address.url(["user": role]), set: Self.quick)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":0.5}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await database.sql("REVOKE UPDATE ON ix_jobs FROM \(role)")
            let said = try await daemon.process.waitForLine(containing: Self.kept)
            #expect(said.contains("permission denied"), "\(said)")
            try await database.sql("GRANT UPDATE ON ix_jobs TO \(role)")
            try await database.wait(job, until: "status = 'done' AND attempts = 0", within: .seconds(20))
            #expect(try await daemon.terminate() == .code(0))
            try await database.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test(arguments: [1, 8])
    func `a worker goes on with other jobs while one's end is kept, and the others' ends go through`(
        batch: Int
    ) async throws {
        try await TestDatabase.with { database in
            try await database.refuseEnds(of: "c-kept")
            let daemon = try await TestDaemon.ready(
                database.url, set: Self.quick + ["worker.batch=\(batch)"])
            let kept = try await database.enqueue("echo", "c-kept")
            try await daemon.reach(.endKept, kept)
            let next = try await database.enqueue("echo")
            try await database.wait(next, until: "status = 'done'")
            #expect(try await database.job(kept, "status") == "running")
            try await database.sql("DROP TRIGGER refuse ON ix_jobs")
            try await database.wait(kept, until: "status = 'done' AND attempts = 0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `workers that go on are bounded: another end waits with its worker`() async throws {
        try await TestDatabase.with { database in
            try await database.refuseEnds(of: "c-kept-1", "c-kept-2")
            let daemon = try await TestDaemon.ready(database.url, set: Self.quick)
            let first = try await database.enqueue("echo", "c-kept-1")
            try await daemon.reach(.endKept, first)
            let second = try await database.enqueue("echo", "c-kept-2")
            try await daemon.reach(.endKept, second)
            let third = try await database.enqueue("echo")
            #expect(try await database.job(second, "status") == "running")
            #expect(try await database.job(third, "status") == "pending")
            try await database.sql("DROP TRIGGER refuse ON ix_jobs")
            for job in [first, second, third] {
                try await database.wait(job, until: "status = 'done' AND attempts = 0")
            }
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a stop tries a kept end within the grace, and leaves the job to a sweep then`() async throws {
        try await TestDatabase.with { database in
            try await database.refuseEnds(of: "c-kept")
            let daemon = try await TestDaemon.ready(database.url, set: Self.quick + ["worker.grace_seconds=1"])
            let job = try await database.enqueue("echo", "c-kept")
            try await daemon.reach(.endKept, job)
            #expect(try await daemon.terminate() == .code(0))
            #expect(daemon.process.lines.contains { $0.contains(" left to the sweep") })
            try await database.sql("DROP TRIGGER refuse ON ix_jobs")
            let other = try await TestDaemon.ready(database.url, set: Self.quick)
            try await database.wait(job, until: "status = 'done'", within: .seconds(30))
            #expect(try await other.terminate() == .code(0))
        }
    }

    @Test func `a column that gets another type while jobs run costs nothing`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.quick)
            let warm = try await database.enqueue("echo")
            try await database.wait(warm, until: "status = 'done'")
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":1}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await database.sql("ALTER TABLE ix_jobs ALTER COLUMN client_id TYPE varchar(255)")
            let next = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done' AND attempts = 0")
            try await database.wait(next, until: "status = 'done' AND attempts = 0")
            #expect(!daemon.process.lines.contains { $0.contains(Self.kept) || $0.contains("does not answer") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}

extension TestDatabase {
    /// A program's own trigger fails for these jobs' ends, with an error that ix-worker doesn't know.
    fileprivate func refuseEnds(of requestIDs: String...) async throws {
        let list = requestIDs.map { "'\($0)'" }.joined(separator: ", ")
        try await sql(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'not now'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON ix_jobs FOR EACH ROW
              WHEN (NEW.status IN ('done', 'error') AND OLD.request_id IN (\(list))) EXECUTE FUNCTION refuse()
            """)
    }
}
