public import FoundationEssentials
public import IXCore

/// How an attempt ended, as a value; one guarded write persists any of them.
public struct Finish: Sendable {
    public enum Ending: Sendable {
        /// done if the response's error is null, otherwise error.
        case done(ResponseIX)
        /// error, whatever the response says.
        case error(ResponseIX)
        /// Back through the sweep's transition: attempts + 1, or error when the starts are used up.
        case handBack(HandBack)
    }

    public let attempt: Attempt
    public let ending: Ending
    /// What is kept of the attempt; nil when there is nothing to say.
    public let note: AttemptNote?
    /// Whether progress of it was recorded, which goes with its end.
    public var hasProgress = false
    /// Whether the job may have a callback URL. False saves the store a look; it never costs a callback.
    public var hasCallback = true
    /// Whether it was tried before and is kept in memory: a store may then pass over a row that others have locked, and
    /// throw `locked`.
    public var isKept = false

    public init(_ attempt: Attempt, _ ending: Ending, note: AttemptNote? = nil) {
        self.attempt = attempt
        self.ending = ending
        self.note = note
    }
}

/// Why and how a job goes back.
public struct HandBack: Sendable, Equatable {
    /// What is kept of the start.
    public let outcome: AttemptOutcome
    /// Wait before the next start; nil for the store's backoff, which starts with none.
    public let pause: Duration?
    /// The error the job ends with when its starts are used up.
    public let exhausted: JobError

    public init(_ outcome: AttemptOutcome, pause: Duration?, exhausted: JobError) {
        self.outcome = outcome
        self.pause = pause
        self.exhausted = exhausted
    }

    /// The start costs nothing: `max_attempts` rises with `attempts`.
    public var isBlameless: Bool { !outcome.usesUpStart }
}

/// What is kept of an attempt beside its job's end.
public struct AttemptNote: Sendable, Equatable {
    /// The word: an `AttemptOutcome`'s where this daemon wrote it.
    public let outcome: String
    public let exitStatus: String?
    /// The end of its log, 64 KiB at most, without NUL.
    public let logTail: String

    /// As it was read.
    public init(outcome: String, exitStatus: String?, logTail: String) {
        self.outcome = outcome
        self.exitStatus = exitStatus
        self.logTail = logTail
    }

    /// To be written.
    public init(_ outcome: AttemptOutcome, exitStatus: String?, logTail: String) {
        self.init(outcome: outcome.rawValue, exitStatus: exitStatus, logTail: logTail)
    }

    /// Whether the start counts against the job's `max_attempts`; a word that isn't known counts.
    package var usesUpStart: Bool { AttemptOutcome(rawValue: outcome)?.usesUpStart ?? true }
}

/// An attempt as kept; of starts in a row of which nothing ran the newest stands for all.
public struct AttemptRecord: Sendable, Equatable {
    public let attempt: Int
    public let claimID: UUID
    public let workerID: UUID?
    public let startedAt: String?
    public let endedAt: String
    public let note: AttemptNote
    /// How many starts it stands for; `startedAt` is the first one's.
    public let starts: Int

    public init(
        attempt: Int, claimID: UUID, workerID: UUID?, startedAt: String?, endedAt: String, note: AttemptNote,
        starts: Int = 1
    ) {
        self.starts = starts
        self.attempt = attempt
        self.claimID = claimID
        self.workerID = workerID
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.note = note
    }
}

/// What a fenced write came to.
public enum FinishResult: Sendable, Equatable {
    /// The job ended; its callback is due when its caller wants to hear of it.
    case ended(JobStatus, owesCallback: Bool)
    /// The job went back to pending.
    case handedBack
    /// Refused: the attempt no longer holds the job. Drop the result, send no callback.
    case fenced
}

/// A row that the sweep moved, or ended for its time or a cancel.
public struct HandedBack: Sendable, Equatable {
    public let jobID: UUID
    public let names: JobNames
    /// pending, or error.
    public let status: JobStatus
    /// Why it ended: `attempts_exhausted`, `cancelled`, `expired`, `unknown_use_case`; nil when it waits.
    public let errorCode: String?
    /// The row's `attempts` now.
    public let attempts: Int
    /// It ended, and its callback is due.
    public let owesCallback: Bool

    public init(
        jobID: UUID, names: JobNames, status: JobStatus, errorCode: String?, attempts: Int, owesCallback: Bool
    ) {
        self.jobID = jobID
        self.names = names
        self.status = status
        self.errorCode = errorCode
        self.attempts = attempts
        self.owesCallback = owesCallback
    }
}
