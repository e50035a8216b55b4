/// The outcome of a start, as kept in `ix_attempts`. A row may hold a different word, written by foreign code or a
/// newer daemon; readers show such a word unchanged.
public enum AttemptOutcome: String, Sendable, CaseIterable {
    /// The pipeline answered, and the job ended.
    case complete
    /// The pipeline gave the job up, because another start would not help.
    case discard
    /// The pipeline, or its retry policy, asked for another start.
    case retry
    /// The program or the service could not be reached; no part of the job ran.
    case unstarted
    /// The daemon stopped.
    case shutdown
    /// The daemon crashed or its lease ran out, and this job may have been the cause.
    case lost
    /// The job ran when the daemon crashed or was lost, beside further jobs.
    case suspect
    /// The daemon could not renew its lease, and stopped the run before another daemon might start the job.
    case leaseLost = "lease_lost"
    /// The reply to the claim was lost on its way, so the daemon never knew of the job.
    case lostClaim = "lost_claim"
    /// `ixctl export --force` took the job away.
    case taken
    case timeout
    case cancelled
    /// A Swift pipeline threw an error.
    case threw

    /// True when the start counts against the job's `max_attempts`. A start that doesn't count raises `max_attempts` by
    /// 1 when the job goes back.
    public var usesUpStart: Bool {
        switch self {
        case .unstarted, .shutdown, .lostClaim, .suspect, .leaseLost: false
        case .complete, .discard, .retry, .lost, .taken, .timeout, .cancelled, .threw: true
        }
    }

    /// The outcomes of starts without charge, for statements that count the charged starts.
    public static var costless: [AttemptOutcome] { allCases.filter { !$0.usesUpStart } }
}
