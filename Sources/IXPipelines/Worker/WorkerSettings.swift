public import IXCore

/// How a program is kept warm: what `[pipelines.NAME]` says with `kind = "worker"`.
public struct WorkerSettings: Sendable, Equatable {
    /// The program, as with `exec`.
    public let program: ExecSettings
    /// How long it may take from its start until it says that it is ready.
    public let startTimeout: Duration
    /// Jobs after which a process is replaced; nil: any number.
    public let maxJobs: Int?
    /// Age at which a process is replaced, between two jobs; nil: any.
    public let maxAge: Duration?
    /// Resident bytes over which a process is replaced, between two jobs; nil: any.
    public let recycleBytes: Int?

    public init(
        program: ExecSettings, startTimeout: Duration = .seconds(30), maxJobs: Int? = nil, maxAge: Duration? = nil,
        recycleBytes: Int? = nil
    ) throws(InvalidInput) {
        guard startTimeout > .zero else { throw InvalidInput("start_timeout_seconds", "is not a time above 0") }
        if let maxJobs, maxJobs < 1 { throw InvalidInput("max_jobs", "is not above 0") }
        self.program = program
        self.startTimeout = startTimeout
        self.maxJobs = maxJobs
        self.maxAge = maxAge
        self.recycleBytes = recycleBytes
    }
}
