/// A key of a table `[pipelines.NAME]`, and the kinds of pipeline which have the key.
struct PipelineKey: Sendable {
    let name: String
    let kind: ConfigurationKey.Kind
    /// The default; nil when the key is required or takes the value of `inherits`.
    let standard: Setting?
    /// The scalar key whose value is the default.
    let inherits: ConfigurationKey?
    /// The value shown in the reference file for a key without a default.
    let example: Setting?
    let kinds: [PipelineKind]
    let doc: String

    static func keys(of kind: PipelineKind) -> [PipelineKey] { all.filter { $0.kinds.contains(kind) } }

    /// Every key, in the order of the reference file.
    static let all: [PipelineKey] = Mirror(reflecting: PipelineTableKeys.standard).children.compactMap {
        ($0.value as? any TableKey)?.definition
    }

    fileprivate static let programs: [PipelineKind] = [.exec, .worker]
}

/// A key of `[pipelines.NAME]` with the type of its value.
typealias PipelineTableKey<Value: Sendable> = TypedKey<PipelineKey, Value>

/// A key of a pipeline as the table of keys lists it, without the type of its value.
protocol TableKey { var definition: PipelineKey { get } }

extension TypedKey: TableKey where Definition == PipelineKey {
    /// The value of a key that the table lacks.
    enum Default {
        case standard(Value)
        case inherits(Key<Value>)
        /// A table without the key has a fault; `unset` is never read from a sound one.
        case required(example: Value, unset: Value)
    }

    init(_ name: String, _ type: ValueType<Value>, _ standard: Default, for kinds: [PipelineKind], _ doc: String) {
        self.type = type
        let (value, inherited, example): (Value?, Key<Value>?, Value?)
        switch standard {
        case .standard(let given): (value, inherited, example, fallback) = (given, nil, nil, given)
        case .inherits(let key): (value, inherited, example, fallback) = (nil, key, nil, key.fallback)
        case .required(let shown, let unset): (value, inherited, example, fallback) = (nil, nil, shown, unset)
        }
        definition = PipelineKey(
            name: name, kind: type.kind, standard: value.map(type.wrap), inherits: inherited?.definition,
            example: example.map(type.wrap), kinds: kinds, doc: doc)
    }
}

/// The keys of a table `[pipelines.NAME]`, in the order of the reference file.
struct PipelineTableKeys: Sendable {
    let kind = PipelineTableKey<String>(
        "kind", .choice(PipelineKind.allCases.map(\.rawValue)), .required(example: "exec", unset: ""),
        for: PipelineKind.allCases, "Kind of the pipeline; docs/pipelines.md describes the kinds.")
    let timeoutSeconds = PipelineTableKey<Duration>(
        "timeout_seconds", .seconds(ConfigurationKeys.timeouts),
        .inherits(ConfigurationKeys.standard.pipeline.requestTimeoutSeconds), for: PipelineKind.allCases,
        "Time limit of a job's run.")
    let killGraceSeconds = PipelineTableKey<Duration>(
        "kill_grace_seconds", .seconds(0...3600), .inherits(ConfigurationKeys.standard.pipeline.killGraceSeconds),
        for: PipelineKind.allCases, "Time for a job to end after the order to stop, before the kill.")
    let retryOn = PipelineTableKey<[String]>(
        "retry_on", .outcomes, .inherits(ConfigurationKeys.standard.pipeline.retryOn), for: PipelineKind.allCases,
        "Errors after which a job is started again: codes such as timeout, exit:3, or *: all.")
    let retryStarts = PipelineTableKey<Int>(
        "retry_starts", .integer(0...1_000_000), .inherits(ConfigurationKeys.standard.pipeline.retryStarts),
        for: PipelineKind.allCases,
        "Starts of a job at most; 0: its max_attempts.")
    let retryPauseSeconds = PipelineTableKey<Duration>(
        "retry_pause_seconds", .seconds(0...86_400), .inherits(ConfigurationKeys.standard.pipeline.retryPauseSeconds),
        for: PipelineKind.allCases, "The pause before the second start, doubled before each further start.")
    let retryPauseLimitSeconds = PipelineTableKey<Duration>(
        "retry_pause_limit_seconds", .seconds(0...86_400),
        .inherits(ConfigurationKeys.standard.pipeline.retryPauseLimitSeconds), for: PipelineKind.allCases,
        "The longest pause between two starts.")
    let concurrency = PipelineTableKey<Int>(
        "concurrency", .integer(0...1000), .standard(0), for: PipelineKind.allCases,
        "Jobs of the pipeline that run at a time in a daemon; further jobs wait. 0: as many as worker.count.")
    let breakerFailures = PipelineTableKey<Int>(
        "breaker_failures", .integer(0...1000), .standard(5), for: PipelineKind.allCases,
        "Failures to start, or crashes, in a row that stop it from taking jobs for a while; 0: 5 failures to start.")
    let breakerPauseSeconds = PipelineTableKey<Duration>(
        "breaker_pause_seconds", .seconds(0.1...300), .standard(.seconds(5)), for: PipelineKind.allCases,
        "Pause until one job tests the pipeline; doubled up to 300 after each failed test.")
    let command = PipelineTableKey<[String]>(
        "command", .texts, .required(example: ["/opt/extract/bin/extract", "--quiet"], unset: []),
        for: PipelineKey.programs, "The program and its arguments; no shell is involved.")
    let environment = PipelineTableKey<[String: Secret]>(
        "environment", .environment, .standard([:]), for: PipelineKey.programs,
        "Variables for the program; ix-worker never shows the values.")
    let passEnvironment = PipelineTableKey<[String]>(
        "pass_environment", .variables, .standard([]), for: PipelineKey.programs,
        "Variables of the daemon that the program gets, too.")
    let memoryMib = PipelineTableKey<Int>(
        "memory_mib", .integer(0...16_777_216), .standard(0), for: PipelineKey.programs,
        "Address space of each of the program's processes, in MiB; 0: no limit, as for the limits below.")
    let cpuSeconds = PipelineTableKey<Int>(
        "cpu_seconds", .integer(0...31_536_000), .standard(0), for: PipelineKey.programs,
        "Processor time of each process, in seconds; the kernel ends a process at its limit.")
    let fileMib = PipelineTableKey<Int>(
        "file_mib", .integer(0...16_777_216), .standard(0), for: PipelineKey.programs,
        "Maximum size of each written file, in MiB.")
    let processes = PipelineTableKey<Int>(
        "processes", .integer(0...4_194_304), .standard(0), for: PipelineKey.programs,
        "Processes and threads of the program's user, all together; the limit doesn't bind root.")
    let openFiles = PipelineTableKey<Int>(
        "open_files", .integer(0...1_048_576), .standard(0), for: PipelineKey.programs,
        "Maximum number of open descriptors of each process.")
    let totalMemoryMib = PipelineTableKey<Int>(
        "total_memory_mib", .integer(0...16_777_216), .standard(0), for: PipelineKey.programs,
        "Memory of all processes of a run together, in MiB; needs a control group (Delegate=memory in the unit).")
    let totalCpuPercent = PipelineTableKey<Int>(
        "total_cpu_percent", .integer(0...100_000), .standard(0), for: PipelineKey.programs,
        "Processor time of all processes of a run, 100 for one processor; needs a control group (Delegate=cpu).")
    let user = PipelineTableKey<String>(
        "user", .text, .standard(""), for: PipelineKey.programs,
        "The program's user; empty: the daemon's user. Needs the drop-in pipeline-users.conf, or root.")
    let hideSecrets = PipelineTableKey<Bool>(
        "hide_secrets", .bool, .standard(true), for: PipelineKey.programs,
        "Hides credentials, configuration and state from the program; a program that mounts needs false.")
    let startTimeoutSeconds = PipelineTableKey<Duration>(
        "start_timeout_seconds", .seconds(0.1...3600), .standard(.seconds(30)), for: [.worker],
        "Time limit of a process from its start to its ready line.")
    let maxJobs = PipelineTableKey<Int>(
        "max_jobs", .integer(0...1_000_000_000), .standard(0), for: [.worker],
        "Number of jobs after which the daemon replaces a process; 0: any number.")
    let maxAgeSeconds = PipelineTableKey<Duration>(
        "max_age_seconds", .seconds(0...31_536_000), .standard(.zero), for: [.worker],
        "Age at which the daemon replaces a process, between two jobs; 0: any age.")
    let recycleMemoryMib = PipelineTableKey<Int>(
        "recycle_memory_mib", .integer(0...16_777_216), .standard(0), for: [.worker],
        "Memory in use, in MiB, over which the daemon replaces a process, between two jobs; 0: any amount.")
    let minProcesses = PipelineTableKey<Int>(
        "min_processes", .integer(0...1000), .standard(0), for: [.worker],
        "Processes that are kept loaded, from the daemon's start on, so that a first job needn't wait.")
    let idleSeconds = PipelineTableKey<Duration>(
        "idle_seconds", .seconds(0...31_536_000), .standard(.seconds(600)), for: [.worker],
        "Time without a job after which a process ends, down to min_processes; 0: never.")
    let freshDirectory = PipelineTableKey<Bool>(
        "fresh_directory", .bool, .standard(false), for: [.worker],
        "Gives each job an empty directory of its own as job.directory, removed after the job.")
    let url = PipelineTableKey<String>(
        "url", .text, .required(example: "http://127.0.0.1:8080/jobs", unset: ""), for: [.http],
        "URL to which the daemon posts each request.")
    let headers = PipelineTableKey<[String: Secret]>(
        "headers", .environment, .standard([:]), for: [.http],
        "Headers of each request; ix-worker never shows the values.")
    let requestMember = PipelineTableKey<String>(
        "request_member", .text, .standard(""), for: [.http],
        "Member of the request that is posted, for example context.chat; empty: the whole request.")
    let responseMember = PipelineTableKey<String>(
        "response_member", .text, .standard(""), for: [.http],
        "Member of the response that takes the answer; empty: the answer is the response.")
    let signingSecret = PipelineTableKey<Secret>(
        "signing_secret", .secret, .standard(Secret("")), for: [.http],
        "Signs requests (Standard Webhooks): whsec_ and base64; two with a blank between, for an exchange.")
    let caFile = PipelineTableKey<String>(
        "ca_file", .text, .standard(""), for: [.http],
        "File of PEM certificates of authorities trusted beside the system's; read again on HUP.")
    let clientCertificate = PipelineTableKey<String>(
        "client_certificate", .text, .standard(""), for: [.http],
        "File of the PEM certificate that the daemon shows to the service; read again on HUP.")
    let clientKey = PipelineTableKey<String>(
        "client_key", .text, .standard(""), for: [.http],
        "File of the PEM key of client_certificate; read again on HUP.")
    let proxy = PipelineTableKey<String>(
        "proxy", .text, .standard(""), for: [.http],
        "Proxy of the requests, as http://HOST:PORT; HTTP_PROXY has no effect.")

    static let standard = PipelineTableKeys()
}

/// The kinds of pipeline a table can name.
enum PipelineKind: String, Sendable, CaseIterable {
    case exec, worker, http, swift, echo, sleep, fail
}
