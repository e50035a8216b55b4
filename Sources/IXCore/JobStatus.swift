/// Where a job is in its life. Four statuses, no more: what else there is to say (cancelled, expired, …) stands in the
/// response's `error.code`.
public enum JobStatus: String, Sendable, CaseIterable {
    case pending, running, done, error

    /// Whether the job has ended: afterwards only `callback_status` moves.
    public var isTerminal: Bool { self == .done || self == .error }

    /// Whether the contract has an edge from this status to `next`. The database's guards hold the same table.
    public func mayBecome(_ next: JobStatus) -> Bool {
        switch (self, next) {
        case (.pending, .running), (.pending, .error): true
        case (.running, .pending), (.running, .done), (.running, .error): true
        default: false
        }
    }
}

/// What became of the caller's callback; null in the table while nothing did.
public enum CallbackStatus: String, Sendable, CaseIterable {
    case delivered, failed
}
