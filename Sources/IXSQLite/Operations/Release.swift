import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `Release` takes the notes of ended jobs, lets the jobs start that waited for them, and ends those whose job before has failed.
/// Runs before a claim, in the claim's transaction, so that no end is missed and no job starts early.
struct Release {
    private static let notes = 50
    /// Passes before one claim; the next claim goes on, so that no claim takes long.
    private static let passes = 4

    let now: Timestamp
    let db: Database

    /// Takes some of the notes; a failed job may itself have jobs that wait for it.
    func run() throws {
        for _ in 0..<Self.passes {
            guard try db.row(.hasNotes) != nil else { return }
            try pass()
        }
    }

    private func pass() throws {
        let noted: [String] = try db.rows(.takeNotes, [Self.notes]).map { $0["job_id"] }
        try db.run(.markParents, [noted.json])
        var children = Set(noted)
        for row in try db.rows(.findEndedParents, [noted.json]) {
            let (jobID, parent) = (row["job_id"] as String, row["after_job"] as String)
            children.insert(jobID)
            let isDone = row["status"] as String? == JobStatus.done.rawValue
            if isDone || row["on_failure"] as String == AfterJobs.OnFailure.run.rawValue {
                try db.run(.dropDependency, [jobID, parent])
            } else {
                try fail(jobID, after: parent, isGone: row["status"] as String? == nil, code: row["error_code"])
            }
        }
        for row in try db.rows(.findReleased, [Array(children).json]) {
            try db.run(.releaseJob, [row["job_id"] as String, now.text])
        }
        try db.run(.cutDependencies, [noted.json])
    }

    /// Ends a waiting job; one that has ended stays as it is.
    private func fail(_ jobID: String, after parent: String, isGone: Bool, code: String?) throws {
        guard let row = try db.row(.get, [jobID]), try row.status("status") == .pending else { return }
        let error = JobError.dependencyFailed(parent, isGone: isGone, code: code)
        let response = ResponseIX(error: error).answering(row.names).document.normalForm
        try db.run(.endPending, [jobID, now.text, response])
    }
}
