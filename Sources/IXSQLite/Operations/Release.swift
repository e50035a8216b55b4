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
    /// Jobs behind the ended ones that a pass looks at.
    private static let behind = 2000
    /// Members after which no further batch is cancelled before this claim.
    private static let cancels = 2000

    let now: Timestamp
    let db: Database

    /// Takes some of the notes; a failed job may itself have jobs that wait for it.
    func run() throws {
        var room = Self.cancels
        for _ in 0..<Self.passes {
            guard try room > 0 && db.row(.hasNotes) != nil else { return }
            try pass(&room)
        }
    }

    private func pass(_ room: inout Int) throws {
        let noted: [String] = try db.rows(.takeNotes, [Self.notes]).map { $0["job_id"] }
        try db.run(.markParents, [noted.json])
        var children = Set(noted)
        for row in try db.rows(.findEndedParents, [noted.json, Self.behind]) {
            children.insert(row["job_id"])
            try take(row, &room)
        }
        for jobID in noted { try stopFurther(jobID, &room) }
        for row in try db.rows(.findReleased, [Array(children).json]) { try release(row) }
        try db.run(.cutDependencies, [Array(children).json, Self.behind])
        try db.run(.cutBatches, [Array(children).json])
        // The limits may have left out any of the entries. Every entry that was looked at is gone here, so the notes end.
        try db.run(.noteFurther, [noted.json, Array(children).json])
    }

    /// Takes a parent that has ended.
    private func take(_ row: Row, _ room: inout Int) throws {
        let (jobID, parent) = (row["job_id"] as String, row["after_job"] as String)
        let isDone = row["status"] as String? == JobStatus.done.rawValue
        if isDone || row["on_failure"] as String == AfterJobs.OnFailure.run.rawValue {
            return try db.run(.dropDependency, [jobID, parent])
        }
        guard let batch = try db.row(.findBatch, [jobID]),
            batch["cancelled_at"] as String? != nil
                || batch["on_failure"] as String == BatchRule.cancelRest.rawValue
        else {
            let error = JobError.dependencyFailed(
                parent, isGone: row["status"] as String? == nil, code: row["error_code"])
            return try end(jobID, error)
        }
        try db.run(.dropDependency, [jobID, parent])
        guard batch["cancelled_at"] as String? == nil else { return }
        try BatchStep.stop(jobID, failed: parent, now, db)
        try stopFurther(jobID, &room)
    }

    /// Cancels more members of a batch that is being cancelled; without `room` a note leaves the batch to a later claim.
    private func stopFurther(_ jobID: String, _ room: inout Int) throws {
        guard try db.row(.findBatch, [jobID])?["cancelled_at"] as String? != nil else { return }
        guard room > 0 else { return try db.run(.addNote, [jobID]) }
        room -= try BatchStep.cancelMembers(of: jobID, db)
    }

    /// Lets a job without open parents start; ends the finisher of a cancelled batch.
    private func release(_ row: Row) throws {
        let jobID = row["job_id"] as String
        guard row["cancelled_at"] as String? != nil else { return try db.run(.releaseJob, [jobID, now.text]) }
        guard let failed = row["failed_job"] as String? else { return try end(jobID, .batchCancelled) }
        try end(jobID, .dependencyFailed(failed, isGone: row["is_gone"], code: row["error_code"]))
    }

    /// Ends a waiting job; one that has ended stays as it is.
    private func end(_ jobID: String, _ error: JobError) throws {
        guard let row = try db.row(.get, [jobID]), try row.status("status") == .pending else { return }
        let response = ResponseIX(error: error).answering(row.names).document.normalForm
        try db.run(.endPending, [jobID, now.text, response])
    }
}
