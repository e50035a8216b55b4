import FoundationEssentials
package import IXCore

/// The progress of a run and the end of its log so far.
package struct Progress: Sendable, Equatable {
    /// The completed part, from 0 to 1; nil when the pipeline reports none.
    package let fraction: Double?
    /// A line of text for people; nil when the pipeline reports none.
    package let message: String?
    /// The end of the log: at most 64 KiB, without NUL.
    package let logTail: String
    /// Length of the whole log in bytes; `logTail` ends at this offset.
    package let logBytes: Int

    /// Creates the value as reported by a run.
    package init(fraction: Double?, message: String?, logTail: String, logBytes: Int) {
        // A pipeline of the program's own may say anything, and so may what other code wrote into the store.
        self.fraction = fraction.flatMap { $0.isFinite ? min(max($0, 0), 1) : nil }
        self.message = message
        self.logTail = logTail
        self.logBytes = logBytes
    }
}

/// Progress to be recorded for an attempt.
package struct ProgressNote: Sendable {
    /// The attempt that reported the progress; the fence of the write.
    package let attempt: Attempt
    /// The newest progress of the attempt.
    package let progress: Progress

    /// Creates a note for `recordProgress`.
    package init(_ attempt: Attempt, _ progress: Progress) {
        self.attempt = attempt
        self.progress = progress
    }

    /// The note as a JSON object under the column names, as `record_progress` takes it.
    package var json: String {
        JSONPairs([
            ("job_id", JSONPairs.literal(attempt.jobID.uuidString.lowercased())), ("attempts", "\(attempt.attempts)"),
            ("claim_id", JSONPairs.literal(attempt.claimID.uuidString.lowercased())),
            ("fraction", progress.fraction.map { "\($0)" } ?? "null"), ("message", JSONPairs.literal(progress.message)),
            ("log_tail", JSONPairs.literal(progress.logTail)), ("log_bytes", "\(progress.logBytes)"),
        ]).text
    }
}

/// Progress as stored.
package struct ProgressRecord: Sendable, Equatable {
    /// The progress reported last.
    package let progress: Progress
    /// Time of the report by the store's clock (ISO 8601, UTC).
    package let updatedAt: String

    /// Creates the record from its columns.
    package init(_ progress: Progress, updatedAt: String) {
        self.progress = progress
        self.updatedAt = updatedAt
    }
}
