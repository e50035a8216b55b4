import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `BatchStep` adds members to batches and cancels them, inside a writer's transaction.
enum BatchStep {
    /// Members that one step cancels.
    private static let most = 1000

    /// Checks that the batch takes members of the client; throws `InvalidInput` for any other.
    static func check(_ batchID: UUID, clientID: String, _ db: Database) throws {
        guard let batch = try db.row(.findBatch, [batchID.text]), batch["client_id"] as String == clientID else {
            let isKnown = try db.row(.readParent, [batchID.text])?["client_id"] as String? == clientID
            throw InvalidInput(
                "batch_id",
                isKnown
                    ? "the batch \(batchID.text) takes no members any more"
                    : "the client has no batch \(batchID.text)")
        }
        guard batch["cancelled_at"] as String? == nil else {
            throw InvalidInput("batch_id", "the batch \(batchID.text) is being cancelled")
        }
    }

    /// Makes a new job a member. Requires: `check` in this transaction.
    static func join(_ jobID: UUID, _ batchID: UUID, _ db: Database) throws {
        let rule = try db.row(.findBatch, [batchID.text])?["on_failure"] as String?
        try db.run(.joinBatch, [batchID.text, jobID.text])
        let onFailure: AfterJobs.OnFailure = rule == BatchRule.run.rawValue ? .run : .fail
        try db.run(.addDependency, [batchID.text, jobID.text, onFailure.rawValue])
    }

    /// True when the job that answers for a finisher is none, or its batch has another rule.
    static func differs(_ jobID: UUID, from batch: NewBatch, _ db: Database) throws -> Bool {
        guard try db.row(.get, [jobID.text]) != nil else { return false }
        guard let there = try db.row(.readBatch, [jobID.text]) else { return true }
        // A finisher that waits no more has no rule.
        guard let rule = there["on_failure"] as String? else { return false }
        return rule != batch.onFailure.rawValue
    }

    /// Marks the batch as cancelled; `failed` is the member whose error is the reason, nil for a cancel of the batch.
    static func stop(_ batchID: String, failed: String?, _ now: Timestamp, _ db: Database) throws {
        try db.run(.stopBatch, [batchID, now.text, failed])
    }

    /// Cancels some members, and writes a note for the rest; returns the number of members that the step met.
    @discardableResult
    static func cancelMembers(of batchID: String, _ db: Database) throws -> Int {
        let members = try db.rows(.findMembers, [batchID, most + 1])
        for member in members.prefix(most) where !(member["is_ended"] as Bool) {
            _ = try CancelStep.run(try member.id("after_job"), db)  // ignored: the look at the member says enough
        }
        let ids: [String] = members.prefix(most).map { $0["after_job"] }
        try db.run(.dropEnded, [batchID, ids.json])
        if members.count > most { try db.run(.addNote, [batchID]) }
        return ids.count
    }
}
