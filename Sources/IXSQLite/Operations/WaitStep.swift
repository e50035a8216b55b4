import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `WaitStep` reads what a job that leaves waits for, and enters what a restored job waits for, inside a writer's
/// transaction.
enum WaitStep {
    /// Returns what the job waits for; nil for a job that waits for no other.
    static func wait(of jobID: UUID, _ db: Database) throws -> JobWait? {
        guard let row = try db.row(.findWait, [jobID.text]) else { return nil }
        if let rule = (row["on_failure"] as String?).flatMap(BatchRule.init) {
            return .members(
                JobWait.Batch(
                    rule, isOpen: row["is_open"], cancelledAt: row["cancelled_at"], failedJob: row.uuid("failed_job")))
        }
        return .parents(
            try db.rows(.listParents, [jobID.text]).map { row in
                let rule = AfterJobs.OnFailure(rawValue: row["on_failure"])
                return JobWait.Parent(try row.id("after_job"), rule ?? .fail)
            })
    }

    /// Makes a restored job a member of its batch. A finisher that waits here already waits for the member, too.
    static func join(_ job: Job, _ db: Database) throws {
        guard let batchID = job.batchID else { return }
        try db.run(.joinBatch, [batchID.text, job.jobID.text])
        guard let batch = try db.row(.findBatch, [batchID.text]) else { return }
        try enter(batchID, batch["on_failure"], job.jobID, db)
    }

    /// Enters what the restored job waits for, with a note for the next release.
    static func restore(_ wait: JobWait, of jobID: UUID, _ db: Database) throws {
        switch wait {
        case .parents(let parents):
            for parent in Dictionary(parents.map { ($0.jobID, $0) }, uniquingKeysWith: { first, _ in first }).values {
                try db.run(.addDependency, [jobID.text, parent.jobID.text, parent.onFailure.rawValue])
            }
        case .members(let batch):
            try db.run(
                .restoreBatch,
                [
                    jobID.text, batch.onFailure.rawValue, batch.isOpen, batch.cancelledAt,
                    batch.failedJob?.text,
                ])
            try enter(jobID, batch.onFailure.rawValue, nil, db)
        }
        try db.run(.addNote, [jobID.text])
    }

    /// Enters one member of the batch, or all, and notes those that have failed.
    private static func enter(_ batchID: UUID, _ rule: String, _ member: UUID?, _ db: Database) throws {
        let onFailure: AfterJobs.OnFailure = rule == BatchRule.run.rawValue ? .run : .fail
        for row in try db.rows(.restoreMembers, [batchID.text, onFailure.rawValue, member?.text])
        where row["is_failed"] as Bool? == true { try db.run(.addNote, [row["after_job"] as String]) }
    }
}
