/// A key of a table `[pipelines.NAME]`, and the kinds of pipeline that know it.
struct PipelineKey: Sendable {
    let name: String
    let kind: ConfigurationKey.Kind
    /// Nil when the key must be given, or falls back to `inherits`.
    let standard: Setting?
    /// The scalar key that stands in for a missing value.
    let inherits: String?
    /// What the reference file shows where there is no default.
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
        "What runs the job: a program started for it, or one of the built-in echo, sleep and fail.")

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
            "command", .texts, example: .texts(["/opt/extract/bin/extract", "--quiet"]), for: [.exec],
            "The program and its arguments; no shell reads them."),
        PipelineKey(
            "environment", .environment, standard: .table([:]), for: [.exec],
            "Variables for the program; their values are never shown."),
        PipelineKey(
            "pass_environment", .variables, standard: .texts([]), for: [.exec],
            "Variables of the daemon that the program gets too."),
        PipelineKey(
            "memory_mib", .integer(0...16_777_216), standard: .integer(0), for: [.exec],
            "Memory the program may use, in MiB; 0: no limit."),
        PipelineKey(
            "retry_failures", .bool, standard: .bool(false), for: [.exec],
            "Whether an exit status that means nothing else is tried again instead of ending the job."),
        PipelineKey(
            "retry_exit_codes", .integers(1...255), standard: .integers([]), for: [.exec],
            "Exit statuses that are tried again."),
    ]
}
