import FoundationEssentials
public import IXCore

/// How far a run is and the end of what it said so far.
public struct Progress: Sendable, Equatable {
    /// From 0 to 1.
    public let fraction: Double?
    /// A line for people.
    public let message: String?
    /// 64 KiB at most, without NUL.
    public let logTail: String
    /// Bytes of the whole log; where `logTail` ends.
    public let logBytes: Int

    public init(fraction: Double?, message: String?, logTail: String, logBytes: Int) {
        // A pipeline of the program's own may say anything, and so may what other code wrote into the store.
        self.fraction = fraction.flatMap { $0.isFinite ? min(max($0, 0), 1) : nil }
        self.message = message
        self.logTail = logTail
        self.logBytes = logBytes
    }
}

/// Progress as a worker writes it down.
public struct ProgressNote: Sendable {
    public let attempt: Attempt
    public let progress: Progress

    public init(_ attempt: Attempt, _ progress: Progress) {
        self.attempt = attempt
        self.progress = progress
    }

    package var json: String {
        JSONPairs([
            ("job_id", JSONPairs.literal(attempt.jobID.uuidString.lowercased())), ("attempts", "\(attempt.attempts)"),
            ("claim_id", JSONPairs.literal(attempt.claimID.uuidString.lowercased())),
            ("fraction", progress.fraction.map { "\($0)" } ?? "null"), ("message", JSONPairs.literal(progress.message)),
            ("log_tail", JSONPairs.literal(progress.logTail)), ("log_bytes", "\(progress.logBytes)"),
        ]).text
    }
}

/// Progress as it stands, and since when.
public struct ProgressRecord: Sendable, Equatable {
    public let progress: Progress
    public let updatedAt: String

    public init(_ progress: Progress, updatedAt: String) {
        self.progress = progress
        self.updatedAt = updatedAt
    }
}
