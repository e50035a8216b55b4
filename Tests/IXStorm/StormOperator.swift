import IXHistory
import IXTestSupport

/// An operator who changes the live database: another program's migration, an index, a right revoked for seconds.
struct StormOperator: Sendable {
    let url: String
    let role: String
    let kinds: [Fault.Kind]
    let log: StormLog
    let seed: UInt64

    /// The operator's changes, each with the statement which undoes the change.
    private static let changes = [
        (
            "ALTER TABLE ix_jobs ALTER COLUMN client_id TYPE varchar(255)",
            "ALTER TABLE ix_jobs ALTER COLUMN client_id TYPE text"
        ),
        ("CREATE INDEX storm_index ON ix_jobs (finished_at)", "DROP INDEX storm_index"),
        ("ALTER TABLE ix_jobs RENAME TO ix_jobs_away", "ALTER TABLE ix_jobs_away RENAME TO ix_jobs"),
    ]

    /// Creates the daemons' role, with all rights except the owner's.
    static func makeRole(_ database: TestDatabase) async throws -> String {
        let role = database.name + "_daemon"
        try await database.sql(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT ALL ON ALL TABLES IN SCHEMA public TO \(role); GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO \(role);
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO \(role)
            """)
        return role
    }

    func run(until end: ContinuousClock.Instant) async throws {
        guard !kinds.isEmpty else { return }
        var luck = SeededGenerator(seed: seed)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: 1500...4000, using: &luck)))
            guard ContinuousClock.now < end, let kind = kinds.randomElement(using: &luck) else { return }
            log.faults.add(Fault(at: now(), kind))
            let (change, back) = statements(kind, &luck)
            guard await carryOut(change) else { continue }
            try await Task.sleep(for: .milliseconds(Int.random(in: 300...2500, using: &luck)))
            let isUndone = try await eventually(within: .seconds(60)) { await carryOut(back) }
            guard isUndone else { throw TestFailure("can't undo: \(back)") }
        }
    }

    private func statements(_ kind: Fault.Kind, _ luck: inout SeededGenerator) -> (String, String) {
        if kind == .ddl, let change = Self.changes.randomElement(using: &luck) { return change }
        return ("REVOKE UPDATE ON ix_jobs FROM \(role)", "GRANT UPDATE ON ix_jobs TO \(role)")
    }

    /// Returns false when the server is away, or when a lock wait exceeds 2 s.
    private func carryOut(_ statement: String) async -> Bool {
        let session = SQLSession(url)
        // ignored: the caller tries again or gives up
        let isDone = (try? await session.sql("SET lock_timeout = '2s'; \(statement)")) != nil
        await session.close()
        return isDone
    }
}
