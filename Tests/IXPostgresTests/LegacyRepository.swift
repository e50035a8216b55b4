import FoundationEssentials
import IXTestSupport
import Testing

/// What the legacy code sends: the original columns only, one session, read and then write.
struct LegacyRepository: Sendable {
    private let session: SQLSession

    init(_ db: TestDatabase) { session = db.session() }

    @discardableResult
    func insert(_ key: String) async throws -> UUID {
        let jobID = UUID()
        try await session.sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts, created_at)
            VALUES ($1, '00000000000000ff', 'old', $2, 'pending', $3, 'http://old.example', 0, now())
            ON CONFLICT (client_id, request_id) DO NOTHING
            """,
            [jobID.uuidString, key, #"{"use_case":"extract","ix_client_id":"old","request_id":"\#(key)"}"#])
        return jobID
    }

    func claim() async throws -> UUID? {
        try await session.sql("BEGIN")
        let rows = try await session.sql(
            """
            SELECT job_id, status, attempts FROM ix_jobs WHERE status = 'pending'
            ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
        if let jobID = rows.first?[0] {
            try await session.sql(
                "UPDATE ix_jobs SET status = 'running', started_at = now() WHERE job_id = $1", [jobID])
        }
        try await session.sql("COMMIT")
        return rows.first?[0].flatMap(UUID.init(uuidString:))
    }

    func markDone(_ jobID: UUID) async throws {
        try await session.sql(
            "UPDATE ix_jobs SET status = 'done', response = $2, finished_at = now() WHERE job_id = $1",
            [jobID.uuidString, #"{"error": null, "by": "old"}"#])
    }

    func markCallback(_ jobID: UUID, _ status: String) async throws {
        try await session.sql("UPDATE ix_jobs SET callback_status = $2 WHERE job_id = $1", [jobID.uuidString, status])
    }

    func sweep() async throws {
        for jobID in try await orphans() { try await putBack(jobID) }
    }

    func orphans() async throws -> [UUID] {
        try await session.sql(
            "SELECT job_id FROM ix_jobs WHERE status = 'running' AND started_at < now() - interval '90 minutes'"
        ).compactMap { $0[0].flatMap(UUID.init(uuidString:)) }
    }

    func putBack(_ jobID: UUID) async throws {
        try await session.sql(
            "UPDATE ix_jobs SET status = 'pending', started_at = NULL, attempts = attempts + 1 WHERE job_id = $1",
            [jobID.uuidString])
    }
}

extension TestDatabase {
    /// The rules under which foreign writes were refused, in order.
    func expectRefused(_ rules: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let refused = try await sql("SELECT rule FROM ix_refused_writes ORDER BY refusal_id")
        #expect(refused.map { $0[0] } == rules, sourceLocation: sourceLocation)
    }
}
