package import FoundationEssentials
package import IXCore

/// Everything a store keeps of a job: its row, its attempts and its due callback. A record travels from one store to
/// another.
package struct JobRecord: Sendable, Equatable {
    /// Maximum number of attempts in a record; the newest are kept. A job with unlimited starts may have more.
    package static let attemptLimit = 100
    /// Maximum bytes of documents and logs read together (8 MiB); a single job may exceed the maximum.
    package static let batchBytes = 8 << 20

    /// The row.
    package var job: Job
    /// The attempts, oldest first.
    package var attempts: [AttemptRecord]
    /// True when the job's callback is due: the store that keeps the record must deliver it.
    package var isCallbackDue: Bool
    /// What the job waits for; nil for a job that waits for no other.
    package var wait: JobWait?

    /// Creates a record of a job with its kept attempts.
    package init(_ job: Job, attempts: [AttemptRecord], isCallbackDue: Bool = false, wait: JobWait? = nil) {
        self.wait = wait
        self.job = job
        self.attempts = attempts
        self.isCallbackDue = isCallbackDue
    }
}

/// The result of restoring a record.
package enum Restored: Sendable, Equatable {
    case inserted
    /// A row with this job_id exists and was left unchanged.
    case alreadyThere
    /// Another job has the record's client_id and request_id; nothing was stored.
    case keysTaken(by: UUID)
}

/// A batch of an export, as remembered by the source and the target of the move.
package struct MovedBatch: Sendable, Equatable {
    /// The side of the move on which the store stands.
    package enum Direction: String, Sendable {
        case left, arrived
    }

    /// The id of the export, shared by all its batches.
    package let exportID: UUID
    /// Number of the batch from 1; 0 stands for the export as a whole.
    package let number: Int
    /// Side of the move: jobs left the store, or arrived in it.
    package let direction: Direction

    /// Creates the key under which the batch is remembered.
    package init(exportID: UUID, number: Int, direction: Direction) {
        self.exportID = exportID
        self.number = number
        self.direction = direction
    }
}
