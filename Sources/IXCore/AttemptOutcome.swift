/// How a start ended, as `ix_attempts` keeps it. A row may hold another word, of foreign code or of a newer daemon: readers
/// show it as it stands.
public enum AttemptOutcome: String, Sendable, CaseIterable {
    /// The pipeline answered, and the job ended.
    case complete
    /// The pipeline gave the job up: another start would not help.
    case discard
    /// The pipeline, or its retry policy, asked for another start.
    case retry
    /// The program or the service could not be reached; nothing of the job ran.
    case unstarted
    /// The daemon stopped.
    case shutdown
    /// The daemon crashed, or its lease ran out, and this job may have been the cause.
    case lost
    /// It ran when the daemon crashed or was lost, as others did.
    case suspect
    /// The daemon could not renew its lease, and stopped the run before others might start the job.
    case leaseLost = "lease_lost"
    /// The reply to the claim was lost on its way; the daemon never knew of the job.
    case lostClaim = "lost_claim"
    /// `ixctl export --force` took the job away.
    case taken
    case timeout
    case cancelled
    /// A Swift pipeline threw.
    case threw

    /// Whether the start counts against the job's `max_attempts`. One that doesn't raises them by one as it goes back.
    public var usesUpStart: Bool {
        switch self {
        case .unstarted, .shutdown, .lostClaim, .suspect, .leaseLost: false
        case .complete, .discard, .retry, .lost, .taken, .timeout, .cancelled, .threw: true
        }
    }

    /// The words of starts that cost nothing, for statements that count the others.
    public static var costless: [AttemptOutcome] { allCases.filter { !$0.usesUpStart } }
}
