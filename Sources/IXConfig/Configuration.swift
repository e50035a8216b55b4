/// The checked and typed configuration of the daemon and its tools.
///
/// `load` creates a configuration. Sections compare by value, so that a reload finds the changed keys. Printing a
/// configuration shows no secrets.
public struct Configuration: Sendable, Equatable {
    /// The store which keeps the jobs, with `auto` resolved.
    public let store: StoreKind
    /// True when the configuration names a store or sets any key under `[postgres]` or `[sqlite]`. False when the
    /// embedded file is only the fallback.
    public let isStoreNamed: Bool
    /// Section `[postgres]`.
    public let postgres: Postgres
    /// Section `[sqlite]`.
    public let sqlite: SQLite
    /// Section `[worker]`.
    public let worker: Worker
    /// Section `[pipeline]`.
    public let pipeline: Pipeline
    /// Section `[callback]`.
    public let callback: Callback
    /// Section `[http]`.
    public let http: HTTP
    /// Section `[retention]`.
    public let retention: Retention
    /// Section `[log]`.
    public let log: Log
    /// The files that were read, in their order.
    public let files: [String]
    /// Messages about variables that look like keys of ix-worker and aren't.
    public let unknownVariables: [String]
    /// The folder whose files were read beside the first one; not necessarily there.
    public let folder: String
    /// By name, which is the use case they serve.
    public let pipelines: [String: PipelineConfiguration]
    /// Every key with the value in effect and its origin, in the order of the reference file. Secrets are hidden.
    public let effective: [ConfigurationEntry]
    let scalars: [String: Setting]

    /// Returns the use case's own pipeline, else the pipeline named `default`, else nil.
    public func pipeline(for useCase: String) -> PipelineConfiguration? { pipelines[useCase] ?? pipelines["default"] }

    /// Returns the keys which differ in `next` and take effect in a running daemon. Pipelines appear as
    /// `pipelines.NAME`.
    public func keysTakingEffect(in next: Configuration) -> [String] {
        let scalar = ConfigurationKey.all.filter { $0.reloads && scalars[$0.path] != next.scalars[$0.path] }
        let names = Set(pipelines.keys).union(next.pipelines.keys).sorted()
        return scalar.map(\.path)
            + names.filter { pipelines[$0] != next.pipelines[$0] }.map { DottedName.text(["pipelines", $0]) }
    }

    /// Returns the keys which differ in `next` and take effect only after a restart. A reload reports these keys.
    public func keysAwaitingRestart(in next: Configuration) -> [ConfigurationKey] {
        ConfigurationKey.all.filter { !$0.reloads && scalars[$0.path] != next.scalars[$0.path] }
    }
}

extension Configuration {
    /// The PostgreSQL database.
    public struct Postgres: Sendable, Equatable {
        /// Address for libpq, unparsed. An empty text stands for libpq's own defaults.
        public let url: Secret
        /// Address for LISTEN, unparsed; `url` unless `listen_url` is set. Nil: no LISTEN, only polling.
        public let listenURL: Secret?
        /// Path of a file whose first line is the password; nil for no such file.
        public let passwordFile: String?
        /// Path of libpq's password file; nil for libpq's default.
        public let passfile: String?
        /// True while statements are prepared. Must be false behind a pooler in transaction mode.
        public let prepared: Bool
        /// Number of connections, shared by all workers.
        public let connections: Int
        /// Longest time a host may take to accept a connection.
        public let connectTimeout: Duration
        /// Longest time of one call. The store gives up the connection afterwards.
        public let callTimeout: Duration
        /// Age of a held xmin horizon at which the daemon warns; nil: never.
        public let horizonWarning: Duration?
    }

    /// The embedded file.
    public struct SQLite: Sendable, Equatable {
        /// Absolute path. The file need not exist yet.
        public let path: String
        /// Longest time of one call, including waits for other processes' locks.
        public let callTimeout: Duration
    }

    /// The workers of this daemon.
    public struct Worker: Sendable, Equatable {
        /// Number of workers: jobs which run at a time.
        public let count: Int
        /// Maximum number of workers whose results and claims share one transaction; 1: none.
        public let batch: Int
        /// Name of the daemon among the daemons of its host: 1–64 characters of `A–Z a–z 0–9 _ . -`.
        public let instance: String
        /// Path of the state directory, never empty. The directory need not exist yet.
        public let stateDirectory: String
        /// Time for which the service manager waits for a start whose database is away, and for which a first start
        /// tolerates a refusal by the server.
        public let start: Duration
        public let poll: Duration
        /// Time which running jobs have to finish after TERM, before they are handed back.
        public let grace: Duration
        /// Length of the daemon's lease on its jobs; more than twice `heartbeat`.
        public let lease: Duration
        /// Pause between two renewals of the lease.
        public let heartbeat: Duration
        /// Pause between two sweeps for orphans.
        public let sweep: Duration
    }

    /// Defaults for pipelines without values of their own.
    public struct Pipeline: Sendable, Equatable {
        /// Longest run of a job. A running row without a lease is an orphan after twice this time.
        public let requestTimeout: Duration
        /// Time between the request to stop and the kill of a job's program.
        public let killGrace: Duration
        /// Time a job waits for a daemon which serves its use case, before the job ends as `unknown_use_case`.
        public let unserved: Duration
    }

    /// Delivery of callbacks to receivers.
    public struct Callback: Sendable, Equatable {
        /// Longest time of one delivery.
        public let timeout: Duration
        /// Longest time for each of name resolution, connection and TLS handshake.
        public let connectTimeout: Duration
        /// Longest time until the head of the answer has arrived.
        public let firstByteTimeout: Duration
        /// Maximum number of concurrent deliveries.
        public let concurrency: Int
        /// Maximum number of concurrent deliveries for one client; 0: three quarters of `concurrency`.
        public let perClient: Int
        /// Maximum number of concurrent deliveries to one endpoint: scheme, host and port.
        public let perEndpoint: Int
        /// Maximum number of concurrent deliveries to one address; 0: four times `perEndpoint`.
        public let perAddress: Int
        /// Pauses between tries of a callback. After the last pause and try the callback has failed.
        public let pauses: [Duration]
        /// Number of failures in a row after which an endpoint's breaker opens.
        public let breakerFailures: Int
        /// Pause between trial deliveries to an endpoint whose breaker is open.
        public let breakerPause: Duration
        /// True when a body is an envelope of type, timestamp and data; false for the response alone.
        public let envelope: Bool
        /// Signing secret in the form of Standard Webhooks; empty: no signature, unless systemd hands over a
        /// credential.
        public let secret: Secret
        /// Signing secrets by client_id.
        public let clientSecrets: [String: Secret]
        /// Endpoints of clients, each as `CLIENT=scheme://host:port`. A client's secret signs only for its own
        /// endpoints.
        public let clientEndpoints: [String]
        /// Egress policy: `trusted` or `strict`.
        public let policy: String
        /// Allowed URL schemes; empty: the policy's schemes.
        public let schemes: [String]
        /// Allowed ports; empty: the policy's ports.
        public let ports: [Int]
        /// Networks allowed regardless of the policy, in CIDR notation.
        public let allowedNetworks: [String]
        /// Networks refused regardless of the policy, in CIDR notation.
        public let refusedNetworks: [String]
        /// Path of a PEM file with further certificate authorities; empty: only the system's.
        public let caFile: String
        /// Time the old repository has to deliver callbacks of jobs ended by its workers. Nil: the daemon never
        /// delivers such callbacks.
        public let oldEndsGrace: Duration?
    }

    /// Retention of ended jobs; nil: kept without limit.
    public struct Retention: Sendable, Equatable {
        /// Age at which jobs with status `done` are deleted.
        public let done: Duration?
        /// Age at which jobs with status `error` are deleted.
        public let error: Duration?
        /// Maximum number of jobs deleted by one statement.
        public let batch: Int
    }

    /// Logging.
    public struct Log: Sendable, Equatable {
        /// Least severe level which is logged.
        public let level: LogLevel
        /// Format of log lines.
        public let format: LogFormat
    }
}

extension Configuration: CustomStringConvertible {
    /// The entries of `effective`, one a line. Secrets are hidden.
    public var description: String { effective.map(\.description).joined(separator: "\n") }
}
