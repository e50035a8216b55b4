import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// What a claim does for batches of many members.
@Suite(.timeLimit(.minutes(2))) struct BigBatchTests {
    /// So many batches with so many members each, which wait.
    private static func fill(_ foreign: Foreign, _ count: Int, members: Int, onFailure: String) throws {
        for number in 0..<count {
            try foreign.sql(
                "INSERT INTO ix_enqueue (request, batch_on_failure) VALUES (?, ?)",
                [#"{"use_case":"u","ix_client_id":"c","request_id":"f\#(number)"}"#, onFailure])
        }
        try foreign.sql(
            """
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT \(members))
            INSERT INTO ix_enqueue (request, batch_id)
            SELECT json_object('use_case', 'u', 'ix_client_id', 'c', 'request_id', n || ' of ' || batch_id), batch_id FROM ix_batches, n
            """)
    }

    private static let left =
        "SELECT (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches), (SELECT count(*) FROM ix_ended)"

    /// Lets a claim find no job, so that it does no more than to take notes.
    private static func look(_ store: SQLiteStore) async throws {
        let daemon = try await store.daemon()
        let job = try await store.perform {
            try $0.claimNextPending(Claim(daemonID: daemon, useCases: .only(["none"])))
        }
        #expect(job == nil)
    }

    private static func number(_ foreign: Foreign, _ sql: String) throws -> Int {
        try #require(try foreign.sql(sql)[0][0].flatMap { Int($0) })
    }

    @Test func `a claim cancels the members of a few batches, and later claims the rest`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            try Self.fill(foreign, 8, members: 1000, onFailure: "run")
            try foreign.sql("UPDATE ix_batches SET cancelled_at = created_at")
            try foreign.sql("INSERT INTO ix_ended (job_id) SELECT batch_id FROM ix_batches")
            let ended = "SELECT count(*) FROM ix_jobs WHERE status = 'error'"
            var before = 0
            while try Self.number(foreign, "SELECT count(*) FROM ix_ended") > 0 {
                try await Self.look(store)
                let after = try Self.number(foreign, ended)
                #expect(after - before <= 3008, "\(after - before)")
                before = after
            }
            #expect(before == 8008)
            #expect(try foreign.sql(Self.left) == [["0", "0", "0"]])
        }
    }

    @Test func `the end of a finisher clears its open members in steps`() async throws {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            try Self.fill(foreign, 2, members: 15_000, onFailure: "fail")
            try foreign.sql("UPDATE ix_jobs SET status = 'running' WHERE request_id LIKE '7 of %'")
            try foreign.sql("UPDATE ix_jobs SET status = 'error', response = '{}' WHERE request_id LIKE '7 of %'")
            var open = 30_000
            while try Self.number(foreign, "SELECT count(*) FROM ix_ended") > 0 {
                try await Self.look(store)
                let still = try Self.number(foreign, "SELECT count(*) FROM ix_dependencies")
                #expect(open - still <= 8000, "\(open - still)")
                open = still
            }
            #expect(try foreign.sql(Self.left) == [["0", "0", "0"]])
            #expect(
                try foreign.sql("SELECT count(*) FROM ix_jobs WHERE response ->> '$.error.code' = 'dependency_failed'")
                    == [["2"]])
        }
    }
}
