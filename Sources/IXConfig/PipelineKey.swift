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
        "What runs each job; docs/pipelines.md tells of the kinds.")

    static let all: [PipelineKey] = [
        kind,
        PipelineKey(
            "timeout_seconds", .seconds(ConfigurationKey.timeouts), inherits: "pipeline.request_timeout_seconds",
            for: PipelineKind.allCases,
            "How long a job may run."),
        PipelineKey(
            "kill_grace_seconds", .seconds(0...3600), inherits: "pipeline.kill_grace_seconds",
            for: PipelineKind.allCases,
            "How long a job that is told to stop may take before it is killed."),
        PipelineKey(
            "retry_errors", .bool, standard: .bool(false), for: PipelineKind.allCases,
            "Whether a job that ends in error is started again, up to its max_attempts, before the error is final."),
        PipelineKey(
            "retry_codes", .texts, standard: .texts([]), for: PipelineKind.allCases,
            "With retry_errors: only errors with these codes, timeout for example; empty: all but cancelled."),
        PipelineKey(
            "retry_pause_seconds", .seconds(0...86_400), standard: .seconds(.seconds(2)), for: PipelineKind.allCases,
            "With retry_errors: the pause before the second start; it doubles with each further one."),
        PipelineKey(
            "retry_pause_limit_seconds", .seconds(0...86_400), standard: .seconds(.seconds(300)),
            for: PipelineKind.allCases,
            "With retry_errors: no pause gets longer than this."),
        PipelineKey(
            "concurrency", .integer(0...1000), standard: .integer(0), for: PipelineKind.allCases,
            "Jobs that run at a time in this daemon; the others wait. 0: as many as worker.count."),
        PipelineKey(
            "breaker_failures", .integer(0...1000), standard: .integer(5), for: PipelineKind.allCases,
            "Failures to start, or crashes, in a row that stop it from taking jobs for a while; 0: 5 failures to start."
        ),
        PipelineKey(
            "breaker_pause_seconds", .seconds(0.1...300), standard: .seconds(.seconds(5)), for: PipelineKind.allCases,
            "Until one job is tried again; doubled up to 300 while that fails."),
        PipelineKey(
            "command", .texts, example: .texts(["/opt/extract/bin/extract", "--quiet"]), for: programs,
            "The program and its arguments; no shell reads them."),
        PipelineKey(
            "environment", .environment, standard: .table([:]), for: programs,
            "Variables for the program; their values are never shown."),
        PipelineKey(
            "pass_environment", .variables, standard: .texts([]), for: programs,
            "Variables of the daemon that the program gets too."),
        PipelineKey(
            "memory_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Address space of each of the program's processes, in MiB; 0: no limit, as below."),
        PipelineKey(
            "cpu_seconds", .integer(0...31_536_000), standard: .integer(0), for: programs,
            "Processor time of each process; it is ended then."),
        PipelineKey(
            "file_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Size of any one file that is written, in MiB."),
        PipelineKey(
            "processes", .integer(0...4_194_304), standard: .integer(0), for: programs,
            "Processes and threads of the daemon's user, all together; root is not held to it."),
        PipelineKey(
            "open_files", .integer(0...1_048_576), standard: .integer(0), for: programs,
            "Descriptors each process may have open."),
        PipelineKey(
            "total_memory_mib", .integer(0...16_777_216), standard: .integer(0), for: programs,
            "Memory of all processes of a run together, in MiB; needs a control group (Delegate=memory in the unit)."),
        PipelineKey(
            "total_cpu_percent", .integer(0...100_000), standard: .integer(0), for: programs,
            "Processor time of them together, 100 for one processor; needs a control group (Delegate=cpu)."),
        PipelineKey(
            "user", .text, standard: .text(""), for: programs,
            "The user the program runs as; empty: the daemon's. Needs the drop-in pipeline-users.conf, or root."),
        PipelineKey(
            "hide_secrets", .bool, standard: .bool(true), for: programs,
            "Whether credentials, configuration and state are hidden from it; a program that mounts needs false."),
        PipelineKey(
            "retry_failures", .bool, standard: .bool(false), for: [.exec],
            "Whether an exit status that means nothing else is tried again instead of ending the job."),
        PipelineKey(
            "retry_exit_codes", .integers(1...255), standard: .integers([]), for: [.exec],
            "Exit statuses that are tried again."),
        PipelineKey(
            "start_timeout_seconds", .seconds(0.1...3600), standard: .seconds(.seconds(30)), for: [.worker],
            "How long a process may take until it says that it is ready."),
        PipelineKey(
            "max_jobs", .integer(0...1_000_000_000), standard: .integer(0), for: [.worker],
            "Jobs after which a process is replaced; 0: any number."),
        PipelineKey(
            "max_age_seconds", .seconds(0...31_536_000), standard: .seconds(.zero), for: [.worker],
            "Age at which a process is replaced, between two jobs; 0: any."),
        PipelineKey(
            "recycle_mib", .integer(0...16_777_216), standard: .integer(0), for: [.worker],
            "Memory in use over which a process is replaced, between two jobs, in MiB; 0: any."),
        PipelineKey(
            "url", .text, example: .text("http://127.0.0.1:8080/jobs"), for: [.http],
            "Where each request is posted."),
        PipelineKey(
            "headers", .environment, standard: .table([:]), for: [.http],
            "Sent with each request; their values are never shown."),
        PipelineKey(
            "request_member", .text, standard: .text(""), for: [.http],
            "What is posted: this member of the request, context.chat for example; empty: all of it."),
        PipelineKey(
            "response_member", .text, standard: .text(""), for: [.http],
            "The answer becomes this member of the response; empty: it is the response."),
        PipelineKey(
            "signing_secret", .secret, standard: .secret(Secret("")), for: [.http],
            "Signs requests as Standard Webhooks does: whsec_ and base64; two with a blank between to exchange one."),
    ]

    private static let programs: [PipelineKind] = [.exec, .worker]
}
