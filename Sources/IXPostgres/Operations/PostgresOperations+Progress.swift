package import FoundationEssentials
package import IXStore

extension PostgresOperations {
    /// Records progress in one statement; notes of attempts that no longer hold their job are dropped.
    package func recordProgress(_ notes: [ProgressNote]) throws(StoreError) {
        guard !notes.isEmpty else { return }
        _ = try run(.recordProgress, ["[" + notes.map(\.json).joined(separator: ",") + "]"])
    }

    /// Returns the progress of the run that holds the job; nil without such a run or without progress.
    package func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord? {
        try run(.readProgress, [jobID.uuidString]).first.map { row in
            ProgressRecord(
                Progress(
                    fraction: row.double("fraction"), message: row.text("message"), logTail: row.string("log_tail"),
                    logBytes: row.int("log_bytes")), updatedAt: row.time("updated_at") ?? "")
        }
    }

    /// Deletes at most `limit` progress rows of ended runs. Reads the table of progress, a row per running job.
    package func forgetProgress(limit: Int) throws(StoreError) { _ = try run(.forgetProgress, ["\(limit)"]) }

    /// Stores the pipelines that take no jobs at this daemon, for statistics.
    package func recordBreakers(_ daemonID: UUID, _ breakers: [OpenBreaker]) throws(StoreError) {
        _ = try run(.recordBreakers, [daemonID.uuidString, OpenBreaker.json(breakers)])
    }
}
