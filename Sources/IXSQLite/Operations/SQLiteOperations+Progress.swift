package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Records progress in one statement; notes of attempts that no longer hold their job are dropped.
    package func recordProgress(_ notes: [ProgressNote]) throws(StoreError) {
        guard !notes.isEmpty else { return }
        let json = "[" + notes.map(\.json).joined(separator: ",") + "]"
        try write("record_progress") { db in try db.run(.recordProgress, [json, Timestamp.now.text]) }
    }

    /// Returns the progress of the run that holds the job; nil without such a run or without progress.
    package func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord? {
        try read("read_progress") { db in
            try db.row(.readProgress, [jobID.text]).map { row in
                ProgressRecord(
                    Progress(
                        fraction: row["fraction"], message: row["message"], logTail: row["log_tail"],
                        logBytes: row["log_bytes"]), updatedAt: row["updated_at"])
            }
        }
    }

    /// Deletes at most `limit` progress rows of ended runs; without such rows takes no writer's lock.
    package func forgetProgress(limit: Int) throws(StoreError) {
        let find = { (db: Database) in try db.rows(.findStaleProgress, [limit]) }
        guard try !read("find_stale_progress", find).isEmpty else { return }
        try write("remove_progress") { db in
            for row in try find(db) {
                try db.run(.removeProgress, [row["job_id"] as String, row["claim_id"] as String])
            }
        }
    }

    /// Stores the pipelines that take no jobs at this daemon, for statistics.
    package func recordBreakers(_ daemonID: UUID, _ breakers: [OpenBreaker]) throws(StoreError) {
        try write("record_breakers") { db in
            try db.run(.recordBreakers, [daemonID.text, OpenBreaker.json(breakers)])
        }
    }
}
