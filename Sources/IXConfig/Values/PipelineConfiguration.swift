/// The configuration of a pipeline: `[pipelines.NAME]` with defaults filled in.
package struct PipelineConfiguration: Sendable, Equatable {
    /// The use case which the pipeline serves; `default` serves use cases without their own pipeline.
    package let name: String
    /// Kind of the pipeline, with the kind's settings.
    package private(set) var work: Work
    /// Longest run of a job.
    package let timeout: Duration
    /// Time between the request to stop and the kill of a job's program.
    package let killGrace: Duration
    /// Retries after errors; nil: every error is final.
    package let retry: RetryConfiguration?

    /// Maximum number of concurrent jobs in one daemon; nil: the number of workers.
    package let concurrency: Int?
    /// Breaker which pauses a failing pipeline.
    package let breaker: BreakerConfiguration

    /// The kind of work which runs a job.
    package enum Work: Sendable, Equatable {
        case exec(ExecConfiguration)
        case worker(WarmConfiguration)
        case http(HTTPConfiguration)
        /// A Swift type registered by the program.
        case swift
        case echo, sleep, fail

        /// The kind, as the configuration names it.
        package var kind: String {
            switch self {
            case .exec: "exec"
            case .worker: "worker"
            case .http: "http"
            case .swift: "swift"
            case .echo: "echo"
            case .sleep: "sleep"
            case .fail: "fail"
            }
        }
    }
}

/// Settings of the breaker: a pipeline which only fails takes no jobs for a while.
package struct BreakerConfiguration: Sendable, Equatable {
    /// Number of failed starts or crashes in a row which open the breaker; 0: never.
    package let failures: Int
    /// Pause before the first trial job; doubled before each later trial.
    package let pause: Duration
}

/// Errors to retry, and the pauses between starts.
package struct RetryConfiguration: Sendable, Equatable {
    /// Error codes to retry; `*`: all codes.
    package let codes: Set<String>
    /// Starts of a job at most; nil: as many as the job's `max_attempts`.
    package let starts: Int?
    /// Pause before the second start; doubled before each later start.
    package let pause: Duration
    /// Longest pause between two starts.
    package let longest: Duration
}

/// A program started once per job.
package struct ExecConfiguration: Sendable, Equatable {
    /// Program and arguments; never empty.
    package let command: [String]
    /// Environment variables for the program. Values may be credentials, so they stay out of logs.
    package let environment: [String: Secret]
    /// Names of the daemon's variables which the program also receives.
    package let passEnvironment: [String]
    /// Address space of each process, in MiB; nil: no limit.
    package fileprivate(set) var memoryMiB: Int?
    /// Processor time of each process, in seconds; nil: no limit.
    package let cpuSeconds: Int?
    /// Size of any file written by the program, in MiB; nil: no limit.
    package let fileMiB: Int?
    /// Number of processes and threads of the daemon's user, counted together; nil: no limit.
    package let processes: Int?
    /// Number of open file descriptors of each process; nil: no limit.
    package let openFiles: Int?
    /// Memory of all processes of a run together, in MiB; nil: no limit. Requires a control group.
    package let totalMemoryMiB: Int?
    /// Processor time of all processes of a run together, in hundredths of a processor; nil: no limit. Requires a
    /// control group.
    package let totalProcessorPercent: Int?
    /// True when credentials, configuration and state of the daemon are hidden from the program.
    package let hidesSecrets: Bool
    /// User which runs the program; nil: the daemon's user.
    package let user: String?
    /// Exit statuses, 1…255, which start the job again.
    package let retryExitCodes: Set<Int32>
}

/// A warm process: a program which stays running and receives one job after another.
package struct WarmConfiguration: Sendable, Equatable {
    /// The program which is kept running.
    package fileprivate(set) var program: ExecConfiguration
    /// Longest time from the start of a process until it reports ready.
    package let startTimeout: Duration
    /// Number of jobs after which a process is replaced; nil: no limit.
    package let maxJobs: Int?
    /// Age at which a process is replaced; nil: no limit.
    package let maxAge: Duration?
    /// Resident memory in MiB above which a process is replaced; nil: no limit.
    package let recycleMiB: Int?
    /// Number of processes which are kept loaded.
    package let minProcesses: Int
    /// Time without a job after which a process ends; nil: never.
    package let idleTime: Duration?
    /// True when each job gets an empty directory of its own.
    package let freshDirectory: Bool
}

/// A service which receives each job by HTTP POST.
package struct HTTPConfiguration: Sendable, Equatable {
    /// URL of the service.
    package let url: String
    /// Headers of each request. Values may be credentials, so they stay out of logs.
    package let headers: [String: Secret]
    /// Member of the request which is posted; nil: the whole request.
    package let requestMember: String?
    /// Member of the response which receives the answer; nil: the answer is the response.
    package let responseMember: String?
    /// Secret which signs requests in the form of Standard Webhooks; nil: no signature.
    package let signingSecret: Secret?
    /// Path of a PEM file with further authorities; nil: the system's alone.
    package let caFile: String?
    /// Path of the certificate which the daemon shows; nil: none.
    package let clientCertificate: String?
    /// Path of the certificate's key.
    package let clientKey: String?
    /// Proxy as `http://HOST:PORT`; nil: none.
    package let proxy: String?
}

extension PipelineConfiguration {
    /// The limit on the address space of the program's processes, in MiB; nil: no limit, or no program. Setting the limit
    /// of a pipeline without a program does nothing.
    package var memoryMiB: Int? {
        get {
            switch work {
            case .exec(let exec): exec.memoryMiB
            case .worker(let worker): worker.program.memoryMiB
            default: nil
            }
        }
        set {
            switch work {
            case .exec(var exec):
                exec.memoryMiB = newValue
                work = .exec(exec)
            case .worker(var worker):
                worker.program.memoryMiB = newValue
                work = .worker(worker)
            default: break
            }
        }
    }

    /// Exit statuses after which a job of kind `exec` starts again.
    package var retryExitCodes: Set<Int32> {
        if case .exec(let exec) = work { exec.retryExitCodes } else { [] }
    }

    /// Fills in the defaults of a table. Requires: the table has no faults.
    init(_ name: String, _ values: PipelineValues) {
        self.name = name
        work = Work(values)
        timeout = values[\.timeoutSeconds]
        killGrace = values[\.killGraceSeconds]
        retry = values[\.retryOn].isEmpty ? nil : RetryConfiguration(values)
        concurrency = values.limit(\.concurrency)
        breaker = BreakerConfiguration(
            failures: values[\.breakerFailures], pause: values[\.breakerPauseSeconds])
    }
}

extension RetryConfiguration {
    fileprivate init(_ values: PipelineValues) {
        codes = Set(values[\.retryOn].filter { !$0.hasPrefix("exit:") })
        starts = values.limit(\.retryStarts)
        pause = values[\.retryPauseSeconds]
        longest = values[\.retryPauseLimitSeconds]
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
        command = values[\.command]
        environment = values[\.environment]
        passEnvironment = values[\.passEnvironment]
        memoryMiB = values.limit(\.memoryMib)
        cpuSeconds = values.limit(\.cpuSeconds)
        fileMiB = values.limit(\.fileMib)
        processes = values.limit(\.processes)
        openFiles = values.limit(\.openFiles)
        totalMemoryMiB = values.limit(\.totalMemoryMib)
        totalProcessorPercent = values.limit(\.totalCpuPercent)
        hidesSecrets = values[\.hideSecrets]
        user = values[\.user].isEmpty ? nil : values[\.user]
        // A warm process has no exit status per job.
        let outcomes = values.kind == .exec ? values[\.retryOn].compactMap(RetryOutcome.init) : []
        retryExitCodes = Set(outcomes.compactMap { if case .exit(let status) = $0 { status } else { nil } })
    }
}

extension WarmConfiguration {
    fileprivate init(_ values: PipelineValues) {
        program = ExecConfiguration(values)
        startTimeout = values[\.startTimeoutSeconds]
        maxJobs = values.limit(\.maxJobs)
        let age = values[\.maxAgeSeconds]
        maxAge = age > .zero ? age : nil
        recycleMiB = values.limit(\.recycleMemoryMib)
        minProcesses = values[\.minProcesses]
        let idle = values[\.idleSeconds]
        idleTime = idle > .zero ? idle : nil
        freshDirectory = values[\.freshDirectory]
    }
}

extension HTTPConfiguration {
    fileprivate init(_ values: PipelineValues) {
        url = values[\.url]
        headers = values[\.headers]
        requestMember = values[\.requestMember].isEmpty ? nil : values[\.requestMember]
        responseMember = values[\.responseMember].isEmpty ? nil : values[\.responseMember]
        let secret = values[\.signingSecret]
        signingSecret = secret.text.isEmpty ? nil : secret
        func text(_ key: KeyPath<PipelineTableKeys, PipelineTableKey<String>>) -> String? {
            values[key].isEmpty ? nil : values[key]
        }
        (caFile, clientCertificate, clientKey) = (text(\.caFile), text(\.clientCertificate), text(\.clientKey))
        proxy = text(\.proxy)
    }
}

extension PipelineValues {
    /// Returns a number; nil for 0, which stands for no limit.
    fileprivate func limit(_ key: KeyPath<PipelineTableKeys, PipelineTableKey<Int>>) -> Int? {
        self[key] == 0 ? nil : self[key]
    }
}
