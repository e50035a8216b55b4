import FoundationEssentials
import IXTestSupport
import Synchronization

/// A database whose schema and statements are as they are, but for the guards that were taken out.
struct GuardLab {
    let db: TestDatabase
    private let texts: [String: String]

    static func with<Value>(without guards: [Guard], _ body: (GuardLab) async throws -> Value) async throws -> Value {
        var texts = try SQLFolder.files(of: "IXPostgres")
        for one in guards {
            let text = texts[one.statement] ?? ""
            let cut = text.replacing(one.text, with: one.becomes)
            guard cut != text else { throw TestFailure("\(one.file) doesn't hold the text of \(one.name)") }
            texts[one.statement] = cut
        }
        return try await TestDatabase.with { [texts] db in
            for one in guards where one.file.hasPrefix("functions/") { try await db.sql(texts[one.statement] ?? "") }
            return try await body(GuardLab(db: db, texts: texts))
        }
    }

    /// A statement as the programs send it.
    @discardableResult
    func run(_ statement: String, _ parameters: [String?]) async throws -> [[String?]] {
        guard let text = texts[statement] else { throw TestFailure("no statement is called \(statement)") }
        return try await db.sql(text, parameters)
    }

    /// Runs a statement while another transaction has locked the rows of a table: once it waits, or is done without waiting,
    /// `meanwhile` runs in the transaction that holds the lock.
    func race(
        _ statement: String, _ parameters: [String?], text: String? = nil, locking table: String = "ix_jobs",
        meanwhile: [String] = []
    ) async throws -> (rows: [[String?]], hasWaited: Bool) {
        let (holder, runner) = (db.session(), db.session())
        try await holder.sql("BEGIN; SELECT 1 FROM \(table) FOR UPDATE")
        let sql = text ?? texts[statement] ?? statement
        let isDone = Flag()
        async let answer = runner.answer(sql, parameters, isDone)
        let isReady = try await eventually {
            if isDone.isSet { return true }
            let waiting =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            return try await db.sql(waiting)[0][0] != "0"
        }
        guard isReady else { throw TestFailure("\(statement) neither waits nor ends") }
        let hasWaited = !isDone.isSet
        for change in meanwhile { try await holder.sql(change) }
        try await holder.sql("COMMIT")
        let rows = try await answer
        await holder.close()
        await runner.close()
        return (rows, hasWaited)
    }

    func text(_ statement: String) -> String { texts[statement] ?? "" }
}

/// Set once.
final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}

extension SQLSession {
    fileprivate func answer(_ sql: String, _ parameters: [String?], _ isDone: Flag) async throws -> [[String?]] {
        defer { isDone.set() }
        return try self.sql(sql, parameters)
    }
}

/// The steps that scenarios are made of.
extension GuardLab {
    static let (job, other) = ("11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000")
    static let (w1, w2) = ("aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002")
    static let (c1, c2) = ("cccccccc-0000-4000-8000-000000000001", "cccccccc-0000-4000-8000-000000000002")
    static let success = #"{"error": null}"#

    func insert(_ job: String = GuardLab.job, maxAttempts: Int = 3) async throws {
        try await db.sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, max_attempts, created_at)
            VALUES ($1::uuid, 'tag', 'c', $1, '{}', 'echo', $2::integer, now() - interval '1 minute')
            """, [job, "\(maxAttempts)"])
    }

    func register(_ daemon: String) async throws {
        try await run("register_daemon", [daemon, "test", "host", "1", "0", "600", nil, "8", nil, nil])
    }

    /// A claim's last parameters: from the start of the queue.
    static let wholeScan: [String?] = ["-infinity", "00000000-0000-0000-0000-000000000000"]

    func die(_ daemon: String) async throws { try await run("end_lease", [daemon]) }

    @discardableResult
    func claim(_ claim: String = GuardLab.c1, by daemon: String = GuardLab.w1) async throws -> Bool {
        try await run("claim_next_pending", [claim, daemon, "t"] + GuardLab.wholeScan).count == 1
    }

    @discardableResult
    func claimCandidate(_ claim: String = GuardLab.c1, leaseEnd: String = "infinity") async throws -> Bool {
        try await run("claim_candidate", [claim, Self.w1, Self.job, leaseEnd, value("ctid")]).count == 1
    }

    /// A job in the hands of the first worker by the first claim.
    func held(maxAttempts: Int = 3) async throws {
        try await insert(maxAttempts: maxAttempts)
        try await register(Self.w1)
        try await claim()
    }

    /// Its first worker is gone, and the second has it by the second claim, one start later.
    func heldAgain() async throws {
        try await held()
        try await die(Self.w1)
        _ = try await sweep()
        try await register(Self.w2)
        try await claim(Self.c2, by: Self.w2)
    }

    @discardableResult
    func end(_ statement: String = "mark_done", _ claim: String = GuardLab.c1, attempts: Int = 0) async throws -> Bool {
        let last = statement == "mark_done_at" ? try await value("ctid") : "t"
        return try await run(statement, [Self.job, "\(attempts)", claim, Self.success, last]).count == 1
    }

    @discardableResult
    func handBack(_ claim: String = GuardLab.c1, attempts: Int = 0, uncharged: Bool = false) async throws -> Bool {
        try await run("hand_back", handBackParameters(claim, attempts, uncharged)).count == 1
    }

    func handBackParameters(_ claim: String, _ attempts: Int, _ uncharged: Bool) -> [String?] {
        [Self.job, "\(attempts)", claim, "retry", uncharged ? "t" : "f", "0", "attempts_exhausted", "no more"]
    }

    func sweep(unleased: Int = 3600) async throws -> Int {
        try await run("sweep_orphans", ["100", "\(unleased)", "Infinity", nil, "f"]).count
    }

    /// A sweep of all orphans, each charged with a start.
    static let wholeSweep: [String?] = ["100", "3600", "Infinity", nil, "f"]

    func lost(_ running: String = "{}", of daemon: String = GuardLab.w1, older: Int = 0) async throws -> Int {
        try await run("hand_back_lost_claims", [daemon, running, "\(older)"]).count
    }

    func cancel() async throws -> String? {
        try await db.sql("SELECT result FROM ix_cancel($1::uuid)", [Self.job])[0][0]
    }

    func value(_ column: String) async throws -> String? {
        try await db.sql("SELECT (\(column))::text FROM ix_jobs WHERE job_id = $1::uuid", [Self.job])[0][0]
    }

    /// What code of old writes, which knows no claims.
    func foreign(_ change: String) async throws { try await db.sql("UPDATE ix_jobs SET \(change)") }
}
