public import IXCore

/// Jobs that are due, or nearly, and that a worker has no pipeline for; and which neighbours it has.
public struct ForeignWork: Sendable, Equatable {
    /// Use cases that another live worker serves.
    public var servedElsewhere: [String]
    /// Use cases that no live worker serves.
    public var unserved: [String]
    /// A live worker serves other use cases than this one, so that jobs may come which this one has to leave.
    public var othersDiffer: Bool
    /// Live workers, itself among them.
    public var workers: Int
    /// Its place among them, from 0.
    public var rank: Int

    public init(
        servedElsewhere: [String] = [], unserved: [String] = [], othersDiffer: Bool = false, workers: Int = 1,
        rank: Int = 0
    ) {
        self.servedElsewhere = servedElsewhere
        self.unserved = unserved
        self.othersDiffer = othersDiffer
        self.workers = workers
        self.rank = rank
    }

    /// Whether a claim of any job might bring one that this worker can't run.
    public var isAny: Bool { othersDiffer || !servedElsewhere.isEmpty || !unserved.isEmpty }
}

extension JobError {
    /// What a job ends in that waited too long for a worker with a pipeline for it.
    public static func unknownUseCase(_ useCase: String) -> JobError {
        JobError("unknown_use_case", "no pipeline is configured for use case '\(useCase)'")
    }
}
