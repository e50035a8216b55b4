import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `AfterStep` checks and notes the jobs that a new job waits for, inside the transaction of the insert.
struct AfterStep {
    let after: AfterJobs
    let clientID: String

    /// Returns the jobs that have not ended, and those whose error fails the new job. Throws `InvalidInput` for a job that the
    /// client doesn't have.
    func parents(_ db: Database) throws -> [UUID] {
        try after.jobIDs.filter { jobID in
            guard let row = try db.row(.readParent, [jobID.text]), row["client_id"] as String == clientID else {
                throw InvalidInput("after", "the client has no job \(jobID.text)")
            }
            switch try row.status("status") {
            case .done: return false
            case .error: return after.onFailure == .fail
            case .pending, .running: return true
            }
        }
    }

    /// Notes that the inserted job waits for `parents`; the next release enters it.
    func note(_ jobID: UUID, _ parents: [UUID], _ db: Database) throws {
        for parent in parents {
            try db.run(.addDependency, [jobID.text, parent.text, after.onFailure.rawValue])
        }
        try db.run(.addNote, [jobID.text])
    }
}
