package import FoundationEssentials
package import IXCore

/// What comes of a batch when a member ends in error.
package enum BatchRule: String, Sendable, CaseIterable {
    /// The finisher starts all the same, once all members have ended.
    case run
    /// The finisher ends in error at once, with the code `dependency_failed`; the other members go on.
    case fail
    /// The other members are cancelled; once all have ended, the finisher ends in error as with `fail`.
    case cancelRest = "cancel_rest"
}

/// A batch to make: jobs that belong together, and a finisher that starts when all have ended.
package struct NewBatch: Sendable {
    /// The job that starts at the end. Its id is the batch's, and its callback is the batch's.
    package var finisher: NewJob
    package var onFailure: BatchRule
    /// True when the finisher also waits for `closeBatch`, because members come in several transactions.
    package var isOpen: Bool

    /// Checks the members as every door does. `onFailure` nil: run.
    ///
    /// Failure: `InvalidInput` naming `batch_on_failure`, or `after`, `dedupe_key` or `batch_id`, which no finisher has.
    package init(_ finisher: NewJob, onFailure: String? = nil, isOpen: Bool = false) throws(InvalidInput) {
        guard let rule = BatchRule(rawValue: onFailure ?? BatchRule.run.rawValue) else {
            throw InvalidInput("batch_on_failure", "must be run, fail or cancel_rest")
        }
        if finisher.after != nil { throw InvalidInput("after", "is not for the finisher of a batch") }
        if finisher.dedupe != nil { throw InvalidInput("dedupe_key", "is not for the finisher of a batch") }
        if finisher.batchID != nil { throw InvalidInput("batch_id", "is not for the finisher of a batch") }
        (self.finisher, self.onFailure, self.isOpen) = (finisher, rule, isOpen)
    }
}

/// How far a batch has come.
package struct BatchState: Sendable, Equatable {
    /// Whether the finisher waits.
    package enum Phase: String, Sendable {
        /// The finisher waits for members, or for the end of an open batch.
        case waiting
        /// The members are being cancelled, and the finisher ends after them.
        case cancelling
        /// The finisher waits no more.
        case ended
    }

    /// Key of the finisher.
    package let batchID: UUID
    package let clientID: String
    /// The finisher's status.
    package let status: JobStatus
    package let phase: Phase
    /// Nil once the finisher waits no more.
    package let onFailure: BatchRule?
    package let isOpen: Bool
    /// Members of any status whose rows are kept.
    package let members: Int
    /// Members in `done` or `error`.
    package let ended: Int
    package let running: Int
    /// Members in `error`.
    package let failed: Int

    /// Creates the state from a row of the store; nil for words that are none.
    package init?(
        batchID: UUID, clientID: String, status: String, phase: String, onFailure: String?, isOpen: Bool,
        members: Int, ended: Int, running: Int, failed: Int
    ) {
        guard let status = JobStatus(rawValue: status), let phase = Phase(rawValue: phase) else { return nil }
        (self.batchID, self.clientID, self.status, self.phase) = (batchID, clientID, status, phase)
        (self.onFailure, self.isOpen) = (onFailure.flatMap(BatchRule.init), isOpen)
        (self.members, self.ended, self.running, self.failed) = (members, ended, running, failed)
    }

    /// The state as a JSON object.
    package var json: String { JSONPairs(pairs).text }

    /// The members of the JSON object.
    package var pairs: [(String, String)] {
        [
            ("batch_id", JSONPairs.literal(batchID.uuidString.lowercased())),
            ("client_id", JSONPairs.literal(clientID)),
            ("status", JSONPairs.literal(status.rawValue)), ("phase", JSONPairs.literal(phase.rawValue)),
            ("batch_on_failure", JSONPairs.literal(onFailure?.rawValue)), ("open", "\(isOpen)"),
            ("members", "\(members)"), ("ended", "\(ended)"), ("running", "\(running)"), ("failed", "\(failed)"),
        ]
    }
}

/// The result of closing or cancelling a batch.
package enum BatchChange: String, Sendable {
    case closed
    /// All members have ended, and so has the finisher.
    case cancelled
    /// Members are being cancelled; the finisher ends after them.
    case cancelling
    /// The finisher waited no more.
    case ended
    case notFound = "not_found"
}

extension JobError {
    /// The error of the finisher of a cancelled batch.
    package static let batchCancelled = JobError("cancelled", "its batch was cancelled")
}

extension UUID {
    /// The member `batch_id` of a job's object.
    package var batchMember: [(name: String, json: String)] {
        [("batch_id", JSONPairs.literal(uuidString.lowercased()))]
    }
}
