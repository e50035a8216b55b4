package import IXCore
internal import IXPipelines

/// `WarmSettings` are the settings of a warm process: `[pipelines.NAME]` with `kind = "worker"`.
package struct WarmSettings: Sendable, Equatable {
    /// The program and its limits, as for `kind = "exec"`.
    package let program: ExecSettings
    /// The longest time from the process's start until its `ready` line; the process is then killed.
    package let startTimeout: Duration
    /// The number of jobs after which a process is replaced; nil: no limit.
    package let maxJobs: Int?
    /// The age at which a process is replaced, between two jobs; nil: no limit.
    package let maxAge: Duration?
    /// The resident bytes above which a process is replaced, between two jobs; nil: no limit.
    package let recycleBytes: Int?
    /// The number of processes that are kept loaded, from the daemon's start on.
    package let minProcesses: Int
    /// The time after which a process without a job ends, down to `minProcesses`; nil: never.
    package let idleTime: Duration?
    /// True when each job gets an empty directory of its own, which is removed after the job.
    package let freshDirectory: Bool

    /// Checks the settings. Throws `InvalidInput` when `startTimeout` is not above 0 or `maxJobs` is below 1.
    package init(
        program: ExecSettings, startTimeout: Duration = .seconds(30), maxJobs: Int? = nil, maxAge: Duration? = nil,
        recycleBytes: Int? = nil, minProcesses: Int = 0, idleTime: Duration? = nil, freshDirectory: Bool = false
    ) throws(InvalidInput) {
        guard startTimeout > .zero else { throw InvalidInput("start_timeout_seconds", "must be above 0") }
        if let maxJobs, maxJobs < 1 { throw InvalidInput("max_jobs", "must be 1 or more") }
        self.program = program
        self.startTimeout = startTimeout
        self.maxJobs = maxJobs
        self.maxAge = maxAge
        self.recycleBytes = recycleBytes
        self.minProcesses = minProcesses
        self.idleTime = idleTime
        self.freshDirectory = freshDirectory
    }
}
