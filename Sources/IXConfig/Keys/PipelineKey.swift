/// A key of a table `[pipelines.NAME]`, and the kinds of pipeline which have the key.
struct PipelineKey: Sendable {
    let name: String
    let kind: ConfigurationKey.Kind
    /// The default; nil when the key is required or takes the value of `inherits`.
    let standard: Setting?
    /// Path of the scalar key whose value is the default.
    let inherits: String?
    /// The value shown in the reference file for a key without a default.
    let example: Setting?
    let kinds: [PipelineKind]
    let doc: String

    private init(
        _ name: String, _ kind: ConfigurationKey.Kind, standard: Setting? = nil, inherits: String? = nil,
        example: Setting? = nil, for kinds: [PipelineKind], _ doc: String
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.inherits = inherits
        self.example = example
        self.kinds = kinds
        self.doc = doc
    }

    static func keys(of kind: PipelineKind) -> [PipelineKey] { all.filter { $0.kinds.contains(kind) } }

    static let kind = PipelineKey(
        "kind", .choice(PipelineKind.allCases.map(\.rawValue)), example: .text("exec"), for: PipelineKind.allCases,
        "Kind of the pipeline; docs/pipelines.md describes the kinds.")

    static let all: [PipelineKey] = [
        kind,
        PipelineKey(
            "timeout_seconds", .seconds(ConfigurationKey.timeouts), inherits: "pipeline.request_timeout_seconds",
            for: PipelineKind.allCases,
            "Time limit of a job's run."),
        PipelineKey(
            "kill_grace_seconds", .seconds(0...3600), inherits: "pipeline.kill_grace_seconds",
            for: PipelineKind.allCases,
            "Time for a job to end after the order to stop, before the kill."),
        PipelineKey(
            "retry_errors", .bool, standard: .bool(false), for: PipelineKind.allCases,
            "If true, a job that ends in error is started again, up to its max_attempts, before the error is final."),
        PipelineKey(
            "retry_codes", .texts, standard: .texts([]), for: PipelineKind.allCases,
            "With retry_errors: error codes that are retried, for example timeout; empty: all but cancelled."),
        PipelineKey(
            "retry_pause_seconds", .seconds(0...86_400), standard: .seconds(.seconds(2)), for: PipelineKind.allCases,
            "With retry_errors: the pause before the second start, doubled before each further start."),
        PipelineKey(
            "retry_pause_limit_seconds", .seconds(0...86_400), standard: .seconds(.seconds(300)),
            for: PipelineKind.allCases,
            "With retry_errors: the longest pause."),
        PipelineKey(
            "concurrency", .integer(0...1000), standard: .integer(0), for: PipelineKind.allCases,
            "Jobs of the pipeline that run at a time in a daemon; further jobs wait. 0: as many as worker.count."),
        PipelineKey(
            "breaker_failures", .integer(0...1000), standard: .integer(5), for: PipelineKind.allCases,
            "Failures to start, or crashes, in a row that stop it from taking jobs for a while; 0: 5 failures to start."
        ),
        PipelineKey(
            "breaker_pause_seconds", .seconds(0.1...300), standard: .seconds(.seconds(5)), for: PipelineKind.allCases,
            "Pause until one job tests the pipeline; doubled up to 300 after each failed test."),
        PipelineKey(
            "command", .texts, example: .texts(["/opt/extract/bin/extract", "--quiet"]), for: programs,
            "The program and its arguments; no shell is involved."),
        PipelineKey(
            "environment", .environment, standard: .table([:]), for: programs,
            "Variables for the program; ix-worker never shows the values."),
        PipelineKey(
            "pass_environment", .variables, standard: .texts([]), for: programs,
            "Variables of the daemon that the program gets, too."),
        PipelineKey(
            "memory_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Address space of each of the program's processes, in MiB; 0: no limit, as below."),
        PipelineKey(
            "cpu_seconds", .integer(0...31_536_000), standard: .integer(0), for: programs,
            "Processor time of each process, in seconds; the kernel ends a process at its limit."),
        PipelineKey(
            "file_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Maximum size of each written file, in MiB."),
        PipelineKey(
            "processes", .integer(0...4_194_304), standard: .integer(0), for: programs,
            "Processes and threads of the program's user, all together; the limit doesn't bind root."),
        PipelineKey(
            "open_files", .integer(0...1_048_576), standard: .integer(0), for: programs,
            "Maximum number of open descriptors of each process."),
        PipelineKey(
            "total_memory_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Memory of all processes of a run together, in MiB; needs a control group (Delegate=memory in the unit)."),
        PipelineKey(
            "total_cpu_percent", .integer(0...100_000), standard: .integer(0), for: programs,
            "Processor time of all processes of a run, 100 for one processor; needs a control group (Delegate=cpu)."),
        PipelineKey(
            "user", .text, standard: .text(""), for: programs,
            "The program's user; empty: the daemon's user. Needs the drop-in pipeline-users.conf, or root."),
        PipelineKey(
            "hide_secrets", .bool, standard: .bool(true), for: programs,
            "Hides credentials, configuration and state from the program; a program that mounts needs false."),
        PipelineKey(
            "retry_failures", .bool, standard: .bool(false), for: [.exec],
            "If true, a job is started again after an exit status without a meaning of its own, instead of ending."),
        PipelineKey(
            "retry_exit_codes", .integers(1...255), standard: .integers([]), for: [.exec],
            "Exit statuses after which the job is started again."),
        PipelineKey(
            "start_timeout_seconds", .seconds(0.1...3600), standard: .seconds(.seconds(30)), for: [.worker],
            "Time limit of a process from its start to its ready line."),
        PipelineKey(
            "max_jobs", .integer(0...1_000_000_000), standard: .integer(0), for: [.worker],
            "Number of jobs after which the daemon replaces a process; 0: any number."),
        PipelineKey(
            "max_age_seconds", .seconds(0...31_536_000), standard: .seconds(.zero), for: [.worker],
            "Age at which the daemon replaces a process, between two jobs; 0: any age."),
        PipelineKey(
            "recycle_mib", .integer(0...16_777_216), standard: .integer(0), for: [.worker],
            "Memory in use, in MiB, over which the daemon replaces a process, between two jobs; 0: any amount."),
        PipelineKey(
            "url", .text, example: .text("http://127.0.0.1:8080/jobs"), for: [.http],
            "URL to which the daemon posts each request."),
        PipelineKey(
            "headers", .environment, standard: .table([:]), for: [.http],
            "Headers of each request; ix-worker never shows the values."),
        PipelineKey(
            "request_member", .text, standard: .text(""), for: [.http],
            "Member of the request that is posted, for example context.chat; empty: the whole request."),
        PipelineKey(
            "response_member", .text, standard: .text(""), for: [.http],
            "Member of the response that takes the answer; empty: the answer is the response."),
        PipelineKey(
            "signing_secret", .secret, standard: .secret(Secret("")), for: [.http],
            "Signs requests (Standard Webhooks): whsec_ and base64; two with a blank between, for an exchange."),
    ]

    private static let programs: [PipelineKind] = [.exec, .worker]
}

/// The kinds of pipeline a table can name.
enum PipelineKind: String, Sendable, CaseIterable {
    case exec, worker, http, swift, echo, sleep, fail
}
