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

    /// Jobs that may run at a time in one daemon; nil: as many as it has workers.
    public let concurrency: Int?
    public let breaker: BreakerConfiguration

    /// What runs a job.
    public enum Work: Sendable, Equatable {
        case exec(ExecConfiguration)
        case worker(WarmConfiguration)
        case http(HTTPConfiguration)
        /// A type that the program brought.
        case swift
        case echo, sleep, fail
    }
}

/// When a pipeline that only fails takes no jobs for a while.
public struct BreakerConfiguration: Sendable, Equatable {
    /// Failures to start, or crashes, in a row; 0: never.
    public let failures: Int
    /// Before the first job is tried again; doubled before each further one.
    public let pause: Duration
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
    /// Processor seconds of each process; nil: no limit, as of what follows.
    public let cpuSeconds: Int?
    /// Size of any one file it writes, in MiB.
    public let fileMiB: Int?
    /// Processes of the daemon's user, all together.
    public let processes: Int?
    /// Descriptors open at a time.
    public let openFiles: Int?
    /// Memory of all processes of a run together, in MiB.
    public let totalMemoryMiB: Int?
    /// Processor time of them together, in hundredths of one processor.
    public let totalProcessorPercent: Int?
    /// Whether the daemon's own files are hidden from it.
    public let hidesSecrets: Bool
    /// Whom it runs as; nil: the daemon's user.
    public let user: String?
    /// Whether an exit status that means nothing else is tried again instead of ending the job.
    public let retryFailures: Bool
    /// Exit statuses that are tried again, 1…255.
    public let retryExitCodes: Set<Int32>
}

/// A program that is kept warm, and given one job after another.
public struct WarmConfiguration: Sendable, Equatable {
    public let program: ExecConfiguration
    /// Until it says that it is ready.
    public let startTimeout: Duration
    /// Jobs after which a process is replaced; nil: any number.
    public let maxJobs: Int?
    /// Age at which it is; nil: any.
    public let maxAge: Duration?
    /// Resident memory over which it is, in MiB; nil: any.
    public let recycleMiB: Int?
}

/// A service that is posted each job.
public struct HTTPConfiguration: Sendable, Equatable {
    public let url: String
    /// Their values may be credentials, so they stay out of logs.
    public let headers: [String: Secret]
    /// The member of the request that is posted; nil: all of it.
    public let requestMember: String?
    /// The member of the response that the answer becomes; nil: the response.
    public let responseMember: String?
    public let signingSecret: Secret?
}

/// The kinds of pipeline a table can name.
enum PipelineKind: String, Sendable, CaseIterable {
    case exec, worker, http, swift, echo, sleep, fail
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
        concurrency = values.limit("concurrency")
        breaker = BreakerConfiguration(
            failures: values["breaker_failures"].integer, pause: values["breaker_pause_seconds"].duration)
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
        case .worker: self = .worker(WarmConfiguration(values))
        case .http: self = .http(HTTPConfiguration(values))
        case .swift: self = .swift
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
        memoryMiB = values.limit("memory_mib")
        cpuSeconds = values.limit("cpu_seconds")
        fileMiB = values.limit("file_mib")
        processes = values.limit("processes")
        openFiles = values.limit("open_files")
        totalMemoryMiB = values.limit("total_memory_mib")
        totalProcessorPercent = values.limit("total_cpu_percent")
        hidesSecrets = values["hide_secrets"].bool
        user = values["user"].text.isEmpty ? nil : values["user"].text
        // A warm process has no exit status for each job.
        let isPerJob = values.kind == .exec
        retryFailures = isPerJob ? values["retry_failures"].bool : false
        retryExitCodes = isPerJob ? Set(values["retry_exit_codes"].integers.map(Int32.init)) : []
    }
}

extension WarmConfiguration {
    fileprivate init(_ values: PipelineValues) {
        program = ExecConfiguration(values)
        startTimeout = values["start_timeout_seconds"].duration
        maxJobs = values.limit("max_jobs")
        let age = values["max_age_seconds"].duration
        maxAge = age > .zero ? age : nil
        recycleMiB = values.limit("recycle_mib")
    }
}

extension HTTPConfiguration {
    fileprivate init(_ values: PipelineValues) {
        url = values["url"].text
        headers = values["headers"].table
        requestMember = values["request_member"].text.isEmpty ? nil : values["request_member"].text
        responseMember = values["response_member"].text.isEmpty ? nil : values["response_member"].text
        let secret = values["signing_secret"].secret
        signingSecret = secret.text.isEmpty ? nil : secret
    }
}

extension PipelineValues {
    /// A number where 0 stands for none.
    fileprivate func limit(_ name: String) -> Int? { self[name].integer == 0 ? nil : self[name].integer }
}
