public import FoundationEssentials
public import IXCore

/// Everything a store keeps of a job: its row, its attempts and its due callback. A record travels from one store to
/// another.
public struct JobRecord: Sendable, Equatable {
    /// Maximum number of attempts in a record; the newest are kept. A job with unlimited starts may have more.
    public static let attemptLimit = 100
    /// Maximum bytes of documents and logs read together (8 MiB); a single job may exceed the maximum.
    public static let batchBytes = 8 << 20

    /// The row.
    public var job: Job
    /// The attempts, oldest first.
    public var attempts: [AttemptRecord]
    /// True when the job's callback is due: the store that keeps the record must deliver it.
    public var isCallbackDue: Bool

    /// Creates a record of a job with its kept attempts.
    public init(_ job: Job, attempts: [AttemptRecord], isCallbackDue: Bool = false) {
        self.job = job
        self.attempts = attempts
        self.isCallbackDue = isCallbackDue
    }
}

/// The result of restoring a record.
public enum Restored: Sendable, Equatable {
    case inserted
    /// A row with this job_id exists and was left unchanged.
    case alreadyThere
    /// Another job has the record's client_id and request_id; nothing was stored.
    case keysTaken(by: UUID)
}

/// A batch of an export, as remembered by the source and the target of the move.
public struct MovedBatch: Sendable, Equatable {
    /// The side of the move on which the store stands.
    public enum Direction: String, Sendable {
        case left, arrived
    }

    /// The id of the export, shared by all its batches.
    public let exportID: UUID
    /// Number of the batch from 1; 0 stands for the export as a whole.
    public let number: Int
    /// Side of the move: jobs left the store, or arrived in it.
    public let direction: Direction

    /// Creates the key under which the batch is remembered.
    public init(exportID: UUID, number: Int, direction: Direction) {
        self.exportID = exportID
        self.number = number
        self.direction = direction
    }
}
