/// The checked and typed configuration of the daemon and its tools.
///
/// `load` creates a configuration. Sections compare by value, so that a reload finds the changed keys. Printing a
/// configuration shows no secrets.
package struct Configuration: Sendable, Equatable {
    /// The store which keeps the jobs, with `auto` resolved.
    package let store: StoreKind
    /// True when the configuration names a store or sets any key under `[postgres]` or `[sqlite]`. False when the
    /// embedded file is only the fallback.
    package let isStoreNamed: Bool
    /// Section `[postgres]`.
    package let postgres: Postgres
    /// Section `[sqlite]`.
    package let sqlite: SQLite
    /// Section `[worker]`.
    package let worker: Worker
    /// Section `[pipeline]`.
    package let pipeline: Pipeline
    /// Section `[callback]`.
    package let callback: Callback
    /// Section `[http]`.
    package let http: HTTP
    /// Section `[metrics]`.
    package let metrics: Metrics
    /// True when the daemon keeps sums of what happened in the store.
    package let keepsHistory: Bool
    /// Section `[traces]`.
    package let traces: Traces
    /// Section `[retention]`.
    package let retention: Retention
    /// Section `[log]`.
    package let log: Log
    /// The files that were read, in their order.
    package let files: [String]
    /// Messages about variables that look like keys of ix-worker and aren't.
    package let unknownVariables: [String]
    /// The folder whose files were read beside the first one; not necessarily there.
    package let folder: String
    /// By name, which is the use case they serve.
    package let pipelines: [String: PipelineConfiguration]
    /// The queues that the files name, by name.
    package let queues: [QueueConfiguration]
    /// The schedules that the files name, by name.
    package let schedules: [ScheduleConfiguration]
    /// Every key with the value in effect and its origin, in the order of the reference file. Secrets are hidden.
    package let effective: [ConfigurationEntry]
    let scalars: [String: Setting]

    /// Returns the use case's own pipeline, else the pipeline named `default`, else nil.
    package func pipeline(for useCase: String) -> PipelineConfiguration? { pipelines[useCase] ?? pipelines["default"] }

    /// Returns the keys which differ in `next` and take effect in a running daemon. Pipelines,
    /// queues and schedules appear as `pipelines.NAME`, `queues.NAME` and `schedules.NAME`.
    package func keysTakingEffect(in next: Configuration) -> [String] {
        let scalar = ConfigurationKey.all.filter { $0.reloads && scalars[$0.path] != next.scalars[$0.path] }
        let names = Set(pipelines.keys).union(next.pipelines.keys).sorted()
        return scalar.map(\.path)
            + names.filter { pipelines[$0] != next.pipelines[$0] }.map { DottedName.text(["pipelines", $0]) }
            + queuesChanging(in: next).map { DottedName.text(["queues", $0]) }
            + schedulesChanging(in: next).map { DottedName.text(["schedules", $0]) }
    }

    private func schedulesChanging(in next: Configuration) -> [String] {
        let (old, new) = (Set(schedules.map(\.name)), Set(next.schedules.map(\.name)))
        return old.union(new).sorted().filter { name in
            schedules.first { $0.name == name } != next.schedules.first { $0.name == name }
        }
    }

    private func queuesChanging(in next: Configuration) -> [String] {
        let (old, new) = (Set(queues.map(\.name)), Set(next.queues.map(\.name)))
        return old.union(new).sorted().filter { name in
            queues.first { $0.name == name } != next.queues.first { $0.name == name }
        }
    }

    /// Returns the keys which differ in `next` and take effect only after a restart. A reload reports these keys.
    package func keysAwaitingRestart(in next: Configuration) -> [ConfigurationKey] {
        ConfigurationKey.all.filter { !$0.reloads && scalars[$0.path] != next.scalars[$0.path] }
    }
}

extension Configuration {
    /// The PostgreSQL database.
    package struct Postgres: Sendable, Equatable {
        /// Address for libpq, unparsed. An empty text stands for libpq's own defaults.
        package let url: Secret
        /// Address for LISTEN, unparsed; `url` unless `listen_url` is set. Nil: no LISTEN, only polling.
        package let listenURL: Secret?
        /// Address of a hot standby for reads of the whole queue, unparsed; nil: none.
        package let readURL: Secret?
        /// Age of the standby's data above which `url` answers in its place.
        package let readMaxAge: Duration
        /// Path of a file whose first line is the password; nil for no such file.
        package let passwordFile: String?
        /// Path of libpq's password file; nil for libpq's default.
        package let passfile: String?
        /// True while statements are prepared. Must be false behind a pooler in transaction mode.
        package let prepared: Bool
        /// Number of connections, shared by all workers.
        package let connections: Int
        /// Longest time a host may take to accept a connection.
        package let connectTimeout: Duration
        /// Longest time of one call. The store gives up the connection afterwards.
        package let callTimeout: Duration
        /// Age of a held xmin horizon at which the daemon warns; nil: never.
        package let xminHorizonWarning: Duration?
    }

    /// The embedded file.
    package struct SQLite: Sendable, Equatable {
        /// Absolute path. The file need not exist yet.
        package let path: String
        /// Longest time of one call, including waits for other processes' locks.
        package let callTimeout: Duration
    }

    /// The workers of this daemon.
    package struct Worker: Sendable, Equatable {
        /// Number of workers: jobs which run at a time.
        package let count: Int
        /// Maximum number of workers whose results and claims share one transaction; 1: none.
        package let batch: Int
        /// Name of the daemon among the daemons of its host: 1–64 characters of `A–Z a–z 0–9 _ . -`.
        package let instance: String
        /// Queues from which the daemon takes jobs, in order; nil: every queue.
        package let queues: [String]?
        /// Path of the state directory, never empty. The directory need not exist yet.
        package let stateDirectory: String
        /// Time for which the service manager waits for a start whose database is away, and for which a first start
        /// tolerates a refusal by the server.
        package let start: Duration
        package let poll: Duration
        /// Time which running jobs have to finish after TERM, before they are handed back.
        package let grace: Duration
        /// Length of the daemon's lease on its jobs; more than twice `heartbeat`.
        package let lease: Duration
        /// Pause between two renewals of the lease.
        package let heartbeat: Duration
        /// Pause between two sweeps for orphans.
        package let sweep: Duration
    }

    /// Defaults for pipelines without values of their own.
    package struct Pipeline: Sendable, Equatable {
        /// Longest run of a job. A running row without a lease is an orphan after twice this time.
        package let requestTimeout: Duration
        /// Time between the request to stop and the kill of a job's program.
        package let killGrace: Duration
        /// Time a job waits for a daemon which serves its use case, before the job ends as `unknown_use_case`.
        package let unserved: Duration
    }

    /// Delivery of callbacks to receivers.
    package struct Callback: Sendable, Equatable {
        /// Longest time of one delivery.
        package let timeout: Duration
        /// Longest time for each of name resolution, connection and TLS handshake.
        package let connectTimeout: Duration
        /// Longest time until the head of the answer has arrived.
        package let firstByteTimeout: Duration
        /// Maximum number of concurrent deliveries.
        package let concurrency: Int
        /// Maximum number of concurrent deliveries for one client; 0: three quarters of `concurrency`.
        package let perClient: Int
        /// Maximum number of concurrent deliveries to one endpoint: scheme, host and port.
        package let perEndpoint: Int
        /// Maximum number of concurrent deliveries to one address; 0: four times `perEndpoint`.
        package let perAddress: Int
        /// Pauses between tries of a callback. After the last pause and try the callback has failed.
        package let pauses: [Duration]
        /// Number of failures in a row after which an endpoint's breaker opens.
        package let breakerFailures: Int
        /// Pause between trial deliveries to an endpoint whose breaker is open.
        package let breakerPause: Duration
        /// True when a body is an envelope of type, timestamp and data; false for the response alone.
        package let envelope: Bool
        /// Signing secret in the form of Standard Webhooks; empty: no signature, unless systemd hands over a
        /// credential.
        package let secret: Secret
        /// Signing secrets by client_id.
        package let clientSecrets: [String: Secret]
        /// Endpoints of clients, each as `CLIENT=scheme://host:port`. A client's secret signs only for its own
        /// endpoints.
        package let clientEndpoints: [String]
        /// Egress policy: `trusted` or `strict`.
        package let policy: String
        /// Allowed URL schemes; empty: the policy's schemes.
        package let schemes: [String]
        /// Allowed ports; empty: the policy's ports.
        package let ports: [Int]
        /// Networks allowed regardless of the policy, in CIDR notation.
        package let allowedNetworks: [String]
        /// Networks refused regardless of the policy, in CIDR notation.
        package let refusedNetworks: [String]
        /// Path of a PEM file with further certificate authorities; empty: only the system's.
        package let caFile: String
        /// Time the legacy repository has to deliver callbacks of jobs ended by its workers. Nil: the daemon never
        /// delivers such callbacks.
        package let legacyGrace: Duration?
    }

    /// Counts and levels.
    package struct Metrics: Sendable, Equatable {
        /// True when the daemon counts, and `GET /metrics` answers.
        package let isEnabled: Bool
    }

    /// Spans for a collector.
    package struct Traces: Sendable, Equatable {
        /// Base URL of the collector; nil without one.
        package let endpoint: String?
        /// Part of the traces that begin at a job; nil where the configuration names none.
        package let ratio: Double?
        /// Headers for the collector, as `name=value` with commas between them.
        package let headers: Secret
        /// Address of a trace's page, with `{trace_id}` in place of the id; nil without one.
        package let link: String?
    }

    /// Retention of ended jobs; nil: kept without limit.
    package struct Retention: Sendable, Equatable {
        /// Age at which jobs with status `done` are deleted.
        package let done: Duration?
        /// Age at which jobs with status `error` are deleted.
        package let error: Duration?
        /// Time for which a deleted job's keys are known; nil: not at all.
        package let receipt: Duration?
        /// Maximum number of jobs deleted by one statement.
        package let batch: Int
    }

    /// Logging.
    package struct Log: Sendable, Equatable {
        /// Least severe level which is logged.
        package let level: LogLevel
        /// Format of log lines.
        package let format: LogFormat
    }
}

extension Configuration: CustomStringConvertible {
    /// The entries of `effective`, one a line. Secrets are hidden.
    package var description: String { effective.map(\.description).joined(separator: "\n") }
}
