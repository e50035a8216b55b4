import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The guards in the file bind every program: nothing illegal gets past them, nothing of ours runs into them.
@Suite(.timeLimit(.minutes(2))) struct GuardTests {
    @Test func `what has ended stays as it is, whatever a program writes`() async throws {
        try await withEnded { foreign in
            let before = try foreign.sql("SELECT * FROM ix_jobs")
            for change in [
                "status = 'pending'", "status = 'running'", "status = 'error'", "response = '{}'", "request = '{}'",
                "attempts = 7", "finished_at = NULL", "callback_url = 'https://x.example/'", "claim_id = NULL",
            ] {
                try foreign.sql("UPDATE ix_jobs SET \(change)")
            }
            let (after, refused) = (
                try foreign.sql("SELECT * FROM ix_jobs"), try foreign.sql("SELECT DISTINCT rule FROM ix_refused_writes")
            )
            #expect(after == before && refused == [["terminal"]])
        }
    }

    @Test func `a callback's status goes forward only`() async throws {
        try await withEnded { foreign in
            var seen: [String?] = []
            for status in ["failed", "delivered", "failed"] {
                try foreign.sql("UPDATE ix_jobs SET callback_status = ?", [status])
                seen.append(try foreign.sql("SELECT callback_status FROM ix_jobs")[0][0])
            }
            #expect(seen == ["failed", "delivered", "delivered"])
        }
    }

    @Test func `a job that waits can't be done, and one that runs can't be ended by who doesn't hold it`() async throws
    {
        try await TestFile.withHeld { file, store in
            let foreign = try Foreign(file)
            try await store.insert("a")
            try foreign.sql("UPDATE ix_jobs SET status = 'done'")
            let (attempt, _) = try await store.claimed()
            try foreign.sql("UPDATE ix_jobs SET status = 'done', response = '{}'")
            try foreign.sql("UPDATE ix_jobs SET status = 'pending'")
            let rules = try foreign.sql("SELECT rule FROM ix_refused_writes ORDER BY refusal_id").map { $0[0] }
            let result = try await store.end(attempt, .success())
            #expect(rules == ["edge", "claim", "lease"] && result != .fenced)
        }
    }

    @Test func `nothing of ours runs into a guard`() async throws {
        try await TestFile.withHeld { file, store in
            try await store.insert("a", maxAttempts: 2)
            try await store.insert("b")
            _ = try await store.end(try await store.claimed().attempt, .back())
            _ = try await store.end(try await store.claimed().attempt, .success())
            let (attempt, daemon) = try await store.claimed()
            try await store.die(daemon)
            _ = try await store.sweep()
            _ = try await store.perform { try $0.updateCallbackStatus(attempt.jobID, .delivered) }
            let refused = try Foreign(file).sql("SELECT * FROM ix_refused_writes")
            #expect(refused.isEmpty)
        }
    }

    @Test(arguments: [
        ("client_id", "''", "client_id: is empty"), ("client_id", "char(7)", "client_id: holds a control character"),
        ("request_id", "printf('%.*c', 256, 'x')", "request_id: over 255 bytes"),
        ("request", "'[]'", "request: is not a JSON object"), ("request", "'{'", "request: is not a JSON object"),
        ("callback_url", "'ftp://x'", "callback_url: is not an absolute http or https URL"),
        ("status", "'lost'", "status: must be pending, running, done or error"),
        ("run_at", "'soon'", "run_at: must be UTC as 2026-03-04T05:06:07.000008Z"),
        ("max_attempts", "-1", "max_attempts: must be 0 (no limit) to 2147483647"),
        ("job_id", "'7'", "job_id: must be a UUID"),
    ])
    func `a bad insert is refused with the column's name`(_ column: String, _ value: String, _ message: String)
        async throws
    {
        try await TestFile.withHeld { file, _ in
            var columns = ["client_id": "'c'", "request_id": "'r'", "request": #"'{"use_case":"echo"}'"#]
            columns[column] = value
            let foreign = try Foreign(file)
            let names = columns.keys.sorted()
            let values = names.map { columns[$0]! }.joined(separator: ", ")
            let said = foreign.refusal("INSERT INTO ix_jobs (\(names.joined(separator: ", "))) VALUES (\(values))")
            #expect(said?.contains(message) == true, "\(said ?? "not refused")")
        }
    }

    private func withEnded(_ body: (Foreign) throws -> Void) async throws {
        try await TestFile.withHeld { file, store in
            try await store.insert("a")
            _ = try await store.end(try await store.claimed().attempt, .success())
            try body(try Foreign(file))
        }
    }
}

extension TestFile {
    /// With the store that holds it, as a daemon's does.
    static func withHeld(_ body: (TestFile, SQLiteStore) async throws -> Void) async throws {
        try await with { file in
            let store = file.store()
            try await store.hold(as: "the test")
            do { try await body(file, store) } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }
}
