package import FoundationEssentials
package import IXCore

/// The end of an attempt as a value. One guarded write stores any kind of end.
package struct Completion: Sendable {
    /// The kind of end.
    package enum Kind: Sendable {
        /// The job ends in `done` if the response's error is null, otherwise in `error`.
        case done(ResponseIX)
        /// The job ends in `error`, whatever the response says.
        case error(ResponseIX)
        /// The job goes back through the sweep's transition: to pending with `attempts` + 1, or to error when all
        /// starts are used up.
        case handBack(HandBack)
    }

    /// The attempt that ends; the fence of the write.
    package let attempt: Attempt
    /// The kind of end, with its response or hand-back.
    package let kind: Kind
    /// The record kept of the attempt; nil keeps none.
    package let note: AttemptNote?
    /// True when progress of the attempt was recorded; the end then deletes the progress row.
    package var hasProgress = false
    /// True when the job may have a callback URL. False saves the store a statement and never loses a callback, because
    /// a store that finds a URL makes the callback due all the same.
    package var hasCallback = true
    /// True when the end failed before and the engine keeps it in memory. A store may then pass over a row locked by
    /// another transaction, and throw `locked` instead of waiting.
    package var isKept = false

    /// Creates the end of `attempt`; the flags keep their defaults until the caller sets them.
    package init(_ attempt: Attempt, _ kind: Kind, note: AttemptNote? = nil) {
        self.attempt = attempt
        self.kind = kind
        self.note = note
    }
}

/// The reason and the terms on which a job goes back to pending.
package struct HandBack: Sendable, Equatable {
    /// The outcome kept for the start.
    package let outcome: AttemptOutcome
    /// Time to wait before the next start; nil uses the store's backoff, which begins without a wait.
    package let pause: Duration?
    /// The error in which the job ends when all starts are used up.
    package let exhausted: JobError

    /// Creates a hand-back; `outcome` also decides if the start is charged.
    package init(_ outcome: AttemptOutcome, pause: Duration?, exhausted: JobError) {
        self.outcome = outcome
        self.pause = pause
        self.exhausted = exhausted
    }

    /// False when the start costs nothing: the store raises `max_attempts` together with `attempts`.
    package var usesUpStart: Bool { outcome.usesUpStart }
}

/// The record kept of an attempt beside the end of its job.
package struct AttemptNote: Sendable, Equatable {
    /// The outcome as text: the raw value of an `AttemptOutcome` when this version wrote it, any word otherwise.
    package let outcome: String
    /// The exit status or signal of the program; nil for pipelines without a process.
    package let exitStatus: String?
    /// The end of the attempt's log: at most 64 KiB, without NUL.
    package let logTail: String

    /// Creates a note as read from the store, with any outcome.
    package init(outcome: String, exitStatus: String?, logTail: String) {
        self.outcome = outcome
        self.exitStatus = exitStatus
        self.logTail = logTail
    }

    /// Creates a note to be written, with an outcome known to this version.
    package init(_ outcome: AttemptOutcome, exitStatus: String?, logTail: String) {
        self.init(outcome: outcome.rawValue, exitStatus: exitStatus, logTail: logTail)
    }

    /// True when the start counts against the job's `max_attempts`. An unknown outcome counts.
    package var usesUpStart: Bool { AttemptOutcome(rawValue: outcome)?.usesUpStart ?? true }
}

/// An attempt as kept; of starts in a row of which nothing ran the newest stands for all.
package struct AttemptRecord: Sendable, Equatable {
    /// The attempt's number, from 1 for the job's first start.
    package let attempt: Int
    /// The claim that began the attempt.
    package let claimID: UUID
    /// The daemon that ran the attempt; nil when the row names none.
    package let daemonID: UUID?
    /// Start of the attempt by the store's clock, ISO 8601 in UTC; nil when unknown.
    package let startedAt: String?
    /// End of the attempt by the store's clock, ISO 8601 in UTC.
    package let endedAt: String
    /// Outcome, exit status and log of the attempt.
    package let note: AttemptNote
    /// The number of starts that the record counts; `startedAt` is the time of the first start.
    package let starts: Int

    /// Creates the record from its columns.
    package init(
        attempt: Int, claimID: UUID, daemonID: UUID?, startedAt: String?, endedAt: String, note: AttemptNote,
        starts: Int = 1
    ) {
        self.starts = starts
        self.attempt = attempt
        self.claimID = claimID
        self.daemonID = daemonID
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.note = note
    }
}

/// The result of a fenced write.
package enum CompletionResult: Sendable, Equatable {
    /// The job ended with this status. `isCallbackDue` is true when the job has a callback URL, so its callback is due.
    case ended(JobStatus, isCallbackDue: Bool)
    /// The job went back to pending.
    case handedBack
    /// The write was refused because the attempt no longer holds the job. The caller drops the result and sends no
    /// callback.
    case fenced
}

/// A job handed back by the sweep, or ended for its time, its use case or a cancel.
package struct HandedBack: Sendable, Equatable {
    /// Key of the job in `ix_jobs`.
    package let jobID: UUID
    /// The job's identifiers, for log lines.
    package let names: JobNames
    /// Status after the move: pending or error.
    package let status: JobStatus
    /// Code of the error the job ended in: `attempts_exhausted`, `cancelled`, `expired` or `unknown_use_case`; nil when
    /// the job is pending.
    package let errorCode: String?
    /// The row's `attempts` after the move.
    package let attempts: Int
    /// True when the job ended and its callback is due.
    package let isCallbackDue: Bool

    /// Creates the value from a row returned by the store.
    package init(
        jobID: UUID, names: JobNames, status: JobStatus, errorCode: String?, attempts: Int, isCallbackDue: Bool
    ) {
        self.jobID = jobID
        self.names = names
        self.status = status
        self.errorCode = errorCode
        self.attempts = attempts
        self.isCallbackDue = isCallbackDue
    }
}
