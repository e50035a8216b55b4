/// Status of a job. The four values are final; any further distinction (cancelled, expired, …) is made by the
/// response's `error.code`.
public enum JobStatus: String, Sendable, CaseIterable {
    case pending, running, done, error

    /// True when the job has ended. Afterwards only `callback_status` changes.
    public var isTerminal: Bool { self == .done || self == .error }

    /// Returns true when the contract allows a job to go from this status to `next`. The database's guards hold the
    /// same table.
    public func mayBecome(_ next: JobStatus) -> Bool {
        switch (self, next) {
        case (.pending, .running), (.pending, .error): true
        case (.running, .pending), (.running, .done), (.running, .error): true
        default: false
        }
    }
}

/// Result of a job's callback; null in the table until a result exists.
public enum CallbackStatus: String, Sendable, CaseIterable {
    case delivered, failed
}
