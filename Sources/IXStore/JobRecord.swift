public import FoundationEssentials
public import IXCore

/// All that a store keeps of a job, its row and what its attempts had to say: what goes from one store to another.
public struct JobRecord: Sendable, Equatable {
    /// The newest attempts that are kept of a job which started without end.
    public static let attemptLimit = 100
    /// Documents and logs that travel together, in bytes; a single job may have more.
    public static let batchBytes = 8 << 20

    public var job: Job
    /// Oldest first.
    public var attempts: [AttemptRecord]
    /// Its callback is due: whoever keeps the record owes it.
    public var owesCallback: Bool

    public init(_ job: Job, attempts: [AttemptRecord], owesCallback: Bool = false) {
        self.job = job
        self.attempts = attempts
        self.owesCallback = owesCallback
    }
}

/// What a restore came to.
public enum Restored: Sendable, Equatable {
    case inserted
    /// A row of this job_id stands there; it was left as it is.
    case alreadyThere
    /// Another job stands under the same client_id and request_id; nothing was stored.
    case keysTaken(by: UUID)
}

/// A batch of an export, as the stores that it leaves and enters remember it.
public struct MovedBatch: Sendable, Equatable {
    public enum Direction: String, Sendable {
        case left, arrived
    }

    public let exportID: UUID
    /// Counted from 1; 0 stands for the export as a whole.
    public let number: Int
    public let direction: Direction

    public init(exportID: UUID, number: Int, direction: Direction) {
        self.exportID = exportID
        self.number = number
        self.direction = direction
    }
}
