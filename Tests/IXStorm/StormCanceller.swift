import IXHistory
import IXTestSupport

/// Cancels a random pending or running job now and then, and records the answer.
struct StormCanceller: Sendable {
    let url: String
    let log: StormLog
    let seed: UInt64

    func run(until end: ContinuousClock.Instant) async throws {
        let session = SQLSession(url)
        var luck = SeededGenerator(seed: seed)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...900, using: &luck)))
            // ignored: a cancel without an acknowledgement promises nothing
            guard let row = try? await session.sql(Self.statement).first, let job = row[0] else { continue }
            log.faults.add(Fault(at: now(), .cancel, jobID: job, answer: row[1]))
        }
        await session.close()
    }

    private static let statement = """
        SELECT j.job_id, c.result
          FROM (SELECT job_id FROM ix_jobs WHERE status IN ('pending', 'running') ORDER BY random() LIMIT 1) AS j,
               LATERAL ix_cancel(j.job_id) AS c
        """
}
