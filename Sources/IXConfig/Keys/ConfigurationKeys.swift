import IXCore

/// The scalar keys of the configuration, each with the type of its value. A section is a struct, so that a key is named
/// once: readers write `settings[\.worker.count]`, and the reference file follows the order of the members.
struct ConfigurationKeys: Sendable {
    let store = StoreKeys()
    let postgres = PostgresKeys()
    let sqlite = SQLiteKeys()
    let worker = WorkerKeys()
    let pipeline = PipelineKeys()
    let callback = CallbackKeys()
    let http = HTTPKeys()
    let metrics = MetricsKeys()
    let history = HistoryKeys()
    let traces = TraceKeys()
    let retention = RetentionKeys()
    let log = LogKeys()

    static let standard = ConfigurationKeys()

    /// Range in seconds of the timeouts of a job: 50 ms to 7 days.
    static let timeouts = 0.05...604_800.0
}

extension ConfigurationKey {
    /// Every scalar key, in the order of the reference file.
    package static let all: [ConfigurationKey] = Mirror(reflecting: ConfigurationKeys.standard).children.flatMap {
        section in
        Mirror(reflecting: section.value).children.compactMap { ($0.value as? any ScalarKey)?.definition }
    }

    /// The sections whose tables have names of their own.
    static let namedSections = ["pipelines", "queues", "schedules"]

    /// The sections in order, each with one line of documentation.
    static let sections: [(name: String, doc: String)] = [
        ("store", "The store of the jobs: PostgreSQL or the embedded file."),
        ("postgres", "The PostgreSQL database that holds the jobs."),
        ("sqlite", "The embedded file, which holds the jobs when the store isn't PostgreSQL."),
        ("worker", "The daemon's workers, name, state, polls, lease and shutdown."),
        ("pipeline", "Defaults for every pipeline, and the limit for jobs without a pipeline."),
        ("callback", "The daemon posts a callback for each ended job that has a callback URL."),
        ("http", "The HTTP API: REST and health. docs/http.md has the rest."),
        ("metrics", "Counts and levels for GET /metrics of the HTTP API. docs/observability.md has the rest."),
        ("history", "Sums of what happened, by minute, hour and day. docs/observability.md has the rest."),
        ("traces", "Spans for a trace collector (OTLP over HTTP, JSON). docs/observability.md has the rest."),
        ("retention", "The time for which the daemon keeps ended jobs; by default for ever."),
        ("log", "The level and the format of the log."),
    ]
}

/// The keys of `[store]`.
struct StoreKeys: Sendable {
    let kind = Key<String>(
        "store", "kind", .choice(["auto"] + StoreKind.allCases.map(\.rawValue)), "auto",
        "auto: PostgreSQL when a key under [postgres] is set, else the embedded file.")
}

/// The keys of `[postgres]`.
struct PostgresKeys: Sendable {
    let url = Key<Secret>(
        "postgres", "url", .secret, Secret(""),
        "Address, handed to libpq unchanged: URL or conninfo; empty: libpq's own defaults (PG* variables).")
    let listenURL = Key<Secret>(
        "postgres", "listen_url", .secret, Secret(""),
        "Direct address for LISTEN when url leads to a pooler; empty: as url; off: polling alone.")
    let readURL = Key<Secret>(
        "postgres", "read_url", .secret, Secret(""),
        "Address of a hot standby for lists, counts and the history over HTTP; empty: url answers everything.")
    let readMaxAgeSeconds = Key<Duration>(
        "postgres", "read_max_age_seconds", .seconds(1...86_400), .seconds(30),
        "Age of a standby's data above which url answers in its place.")
    let passwordFile = Key<String>(
        "postgres", "password_file", .text, "",
        "A file whose first line is the password, for libpq alone; empty: the credential postgres-password, if any.")
    let passfile = Key<String>(
        "postgres", "passfile", .text, "",
        "libpq's password file; empty: the credential postgres-passfile, if any, else libpq's default file.")
    let prepared = Key<Bool>(
        "postgres", "prepared", .bool, true, "Use of prepared statements; false behind a pooler in transaction mode.")
    let connections = Key<Int>(
        "postgres", "connections", .integer(1...100), 4, "Number of connections to the database, shared by all workers."
    )
    let connectTimeoutSeconds = Key<Duration>(
        "postgres", "connect_timeout_seconds", .seconds(0.1...600), .seconds(5),
        "Time limit for a host to accept a connection; whole seconds, 2 at least.")
    let callTimeoutSeconds = Key<Duration>(
        "postgres", "call_timeout_seconds", .seconds(0.1...3600), .seconds(10),
        "Time limit of a call to the database; then the daemon gives up the connection.")
    let xminHorizonWarningSeconds = Key<Duration>(
        "postgres", "xmin_horizon_warning_seconds", .seconds(0...86_400), .seconds(60), reloads: true,
        "Time after which a transaction that keeps dead rows from vacuum causes a warning; 0: never.")
}

/// The keys of `[sqlite]`.
struct SQLiteKeys: Sendable {
    let path = Key<String>(
        "sqlite", "path", .text, "",
        "Path of the file; empty: jobs.db in worker.state_directory, or in /var/lib/ix-worker if writable.")
    let callTimeoutSeconds = Key<Duration>(
        "sqlite", "call_timeout_seconds", .seconds(0.1...3600), .seconds(10),
        "Time limit of a call to the file, including waits for the locks of further processes.")
}

/// The keys of `[worker]`.
struct WorkerKeys: Sendable {
    let count = Key<Int>(
        "worker", "count", .integer(Limits.workers), 4, reloads: true,
        "Number of jobs that run at a time. Fewer after a reload: running jobs finish first.")
    let batch = Key<Int>(
        "worker", "batch", .integer(1...1000), 1,
        "Workers that may share a transaction for ends and claims, for many short jobs; 1: no sharing.")
    let instance = Key<String>(
        "worker", "instance", .name, "default",
        "Name of the daemon, unique on the host; its next start takes its orphans back.")
    let queues = Key<[String]>(
        "worker", "queues", .texts, ["*"],
        "Queues from which the daemon takes jobs; *: all. A plain job's queue is its use case.")
    let stateDirectory = Key<String>(
        "worker", "state_directory", .text, "",
        "Directory for state; empty: $STATE_DIRECTORY, else $XDG_STATE_HOME/ix-worker, else "
            + "~/.local/state/ix-worker.")
    let startSeconds = Key<Duration>(
        "worker", "start_seconds", .seconds(1...86_400), .seconds(60),
        "How long systemd waits for a start whose database is away, and a first start for its role.")
    let pollSeconds = Key<Duration>(
        "worker", "poll_seconds", .seconds(0.05...3600), .seconds(2), reloads: true,
        "Interval at which an idle worker looks for jobs whose insert sent no notification.")
    let graceSeconds = Key<Duration>(
        "worker", "grace_seconds", .seconds(0...86_400), .seconds(30), reloads: true,
        "Time for running jobs to finish after TERM; then the daemon hands the jobs back.")
    let leaseSeconds = Key<Duration>(
        "worker", "lease_seconds", .seconds(3...3600), .seconds(30),
        "Time for which a daemon without heartbeats keeps its jobs.")
    let heartbeatSeconds = Key<Duration>(
        "worker", "heartbeat_seconds", .seconds(0.5...1800), .seconds(10),
        "Interval at which the daemon renews its lease; less than half of lease_seconds.")
    let sweepSeconds = Key<Duration>(
        "worker", "sweep_seconds", .seconds(0.5...3600), .seconds(10), reloads: true,
        "Interval at which the daemon looks for orphans.")
}

/// The keys of `[pipeline]`.
struct PipelineKeys: Sendable {
    let requestTimeoutSeconds = Key<Duration>(
        "pipeline", "request_timeout_seconds", .seconds(ConfigurationKeys.timeouts), .seconds(2700), reloads: true,
        "Time limit of a job's run; a row without a lease is an orphan after twice the limit.")
    let killGraceSeconds = Key<Duration>(
        "pipeline", "kill_grace_seconds", .seconds(0...3600), .seconds(10), reloads: true,
        "Time for a job to end after the order to stop, before the kill.")
    let retryOn = Key<[String]>(
        "pipeline", "retry_on", .outcomes, [], reloads: true,
        "Errors after which a job is started again, for pipelines without the key: codes such as timeout, or *: all.")
    let retryStarts = Key<Int>(
        "pipeline", "retry_starts", .integer(0...1_000_000), 0, reloads: true,
        "Starts of a job at most; 0: as many as the job's max_attempts.")
    let retryPauseSeconds = Key<Duration>(
        "pipeline", "retry_pause_seconds", .seconds(0...86_400), .seconds(2), reloads: true,
        "The pause before the second start, doubled before each further start.")
    let retryPauseLimitSeconds = Key<Duration>(
        "pipeline", "retry_pause_limit_seconds", .seconds(0...86_400), .seconds(300), reloads: true,
        "The longest pause between two starts.")
    let unservedSeconds = Key<Duration>(
        "pipeline", "unserved_seconds", .seconds(0...604_800), .seconds(600), reloads: true,
        "Time for which jobs wait for a daemon with their pipeline before the end as unknown_use_case.")
}

/// The keys of `[metrics]`.
struct MetricsKeys: Sendable {
    let enabled = Key<Bool>("metrics", "enabled", .bool, true, "Count, and answer GET /metrics.")
}

/// The keys of `[history]`.
struct HistoryKeys: Sendable {
    let enabled = Key<Bool>("history", "enabled", .bool, true, "Keep sums of what happened in the store.")
}

/// The keys of `[traces]`.
struct TraceKeys: Sendable {
    let endpoint = Key<String>(
        "traces", "endpoint", .text, "",
        "Base URL of the collector, such as http://localhost:4318; empty: OTEL_EXPORTER_OTLP_ENDPOINT, else no spans.")
    let ratio = Key<String>(
        "traces", "ratio", .text, "",
        "Part of the traces that begin at a job, 0 to 1; empty: OTEL_TRACES_SAMPLER and its _ARG, else 0.1."
    )
    let headers = Key<Secret>(
        "traces", "headers", .secret, Secret(""),
        "Headers for the collector, name=value with commas; empty: the credential otlp-headers, if any.")
    let link = Key<String>(
        "traces", "link", .text, "",
        "Page of a trace for `ixctl get`, such as https://tempo.example/trace/{trace_id}; empty: the trace's id alone.")
}

/// The keys of `[retention]`.
struct RetentionKeys: Sendable {
    let doneDays = Key<Duration>(
        "retention", "done_days", .days(0...36_500), .zero, reloads: true,
        "Days after which the daemon deletes jobs that ended well; 0: never. 0.5 is twelve hours.")
    let errorDays = Key<Duration>(
        "retention", "error_days", .days(0...36_500), .zero, reloads: true,
        "Days after which the daemon deletes jobs that ended in error; 0: never.")
    let receiptDays = Key<Duration>(
        "retention", "receipt_days", .days(0...36_500), .zero, reloads: true,
        "Days for which a deleted job's keys are known, so that a repeat gets its id; 0: a new job.")
    let batch = Key<Int>(
        "retention", "batch", .integer(1...10_000), 500, reloads: true,
        "Maximum number of jobs that a statement deletes.")
}

/// The keys of `[log]`.
struct LogKeys: Sendable {
    let level = Key<String>(
        "log", "level", .choice(LogLevel.allCases.map(\.rawValue)), "info", reloads: true,
        "The least severe level in the log.")
    let format = Key<String>(
        "log", "format", .choice(LogFormat.allCases.map(\.rawValue)), "auto",
        "auto: to the journal with fields when started by systemd, else text; json: an object a line.")
}
