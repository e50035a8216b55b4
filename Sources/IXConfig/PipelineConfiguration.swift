/// A pipeline as configured: `[pipelines.NAME]` with its defaults filled in.
public struct PipelineConfiguration: Sendable, Equatable {
    /// The use case it serves; `default` serves those without a pipeline of their own.
    public let name: String
    public let work: Work
    /// How long a job may run.
    public let timeout: Duration
    /// How long a job that is told to stop may take before it is killed.
    public let killGrace: Duration
    /// Whether errors are tried again; nil: they are final.
    public let retry: RetryConfiguration?

    /// What runs a job.
    public enum Work: Sendable, Equatable {
        case exec(ExecConfiguration)
        case echo, sleep, fail
    }
}

/// Which errors are tried again, and after which pauses.
public struct RetryConfiguration: Sendable, Equatable {
    /// The codes of errors it covers; empty: all.
    public let codes: Set<String>
    /// Before the second start; doubled before each further one.
    public let pause: Duration
    /// No pause is longer.
    public let longest: Duration
}

/// A program that is started once per job.
public struct ExecConfiguration: Sendable, Equatable {
    /// The program and its arguments; never empty.
    public let command: [String]
    /// Variables for the program. Their values may be credentials, so they stay out of logs.
    public let environment: [String: Secret]
    /// Names of the daemon's variables that the program gets too.
    public let passEnvironment: [String]
    /// Memory the program may use, in MiB; nil: no limit.
    public let memoryMiB: Int?
    /// Whether an exit status that means nothing else is tried again instead of ending the job.
    public let retryFailures: Bool
    /// Exit statuses that are tried again, 1…255.
    public let retryExitCodes: Set<Int32>
}

/// The kinds of pipeline a table can name.
enum PipelineKind: String, Sendable, CaseIterable {
    case exec, echo, sleep, fail
}

extension PipelineConfiguration {
    /// Fills in what a sound table leaves out.
    init(_ table: PipelineTable, _ settings: Settings) {
        let values = PipelineValues(table, settings)
        name = table.name
        work = Work(values)
        timeout = values["timeout_seconds"].duration
        killGrace = values["kill_grace_seconds"].duration
        retry = values["retry_errors"].bool ? RetryConfiguration(values) : nil
    }
}

extension RetryConfiguration {
    fileprivate init(_ values: PipelineValues) {
        codes = Set(values["retry_codes"].texts)
        pause = values["retry_pause_seconds"].duration
        longest = values["retry_pause_limit_seconds"].duration
    }
}

extension PipelineConfiguration.Work {
    fileprivate init(_ values: PipelineValues) {
        switch values.kind {
        case .exec: self = .exec(ExecConfiguration(values))
        case .echo: self = .echo
        case .sleep: self = .sleep
        case .fail: self = .fail
        }
    }
}

extension ExecConfiguration {
    fileprivate init(_ values: PipelineValues) {
        command = values["command"].texts
        environment = values["environment"].table
        passEnvironment = values["pass_environment"].texts
        memoryMiB = values["memory_mib"].integer == 0 ? nil : values["memory_mib"].integer
        retryFailures = values["retry_failures"].bool
        retryExitCodes = Set(values["retry_exit_codes"].integers.map(Int32.init))
    }
}
