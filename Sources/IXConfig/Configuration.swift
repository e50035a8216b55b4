/// Everything the daemon and its tools can be told, checked and typed.
///
/// Made by `load`; sections compare by value, so that a reload sees what moved. Printing it shows no secrets.
public struct Configuration: Sendable, Equatable {
    public let store: StoreKind
    /// Whether somebody named the store; the embedded file is what is left when nobody does.
    public let isStoreNamed: Bool
    public let postgres: Postgres
    public let sqlite: SQLite
    public let worker: Worker
    public let pipeline: Pipeline
    public let callback: Callback
    public let retention: Retention
    public let log: Log
    /// The files that were read, in their order.
    public let files: [String]
    /// What to say of variables that look like keys and are none.
    public let unknownVariables: [String]
    /// The folder whose files were read beside the first one; not necessarily there.
    public let folder: String
    /// By name, which is the use case they serve.
    public let pipelines: [String: PipelineConfiguration]
    /// Every key with the value in effect and where it came from, in the order of the reference file.
    public let effective: [ConfigurationEntry]
    let scalars: [String: Setting]

    /// The pipeline for the use case: its own, else `default`, else nil.
    public func pipeline(for useCase: String) -> PipelineConfiguration? { pipelines[useCase] ?? pipelines["default"] }

    /// The keys that differ in `next` and that a running daemon takes on, pipelines as `pipelines.NAME`.
    public func keysTakingEffect(in next: Configuration) -> [String] {
        let scalar = ConfigurationKey.all.filter { $0.reloads && scalars[$0.path] != next.scalars[$0.path] }
        let names = Set(pipelines.keys).union(next.pipelines.keys).sorted()
        return scalar.map(\.path)
            + names.filter { pipelines[$0] != next.pipelines[$0] }.map { DottedName.text(["pipelines", $0]) }
    }

    /// The keys that differ in `next` and that a running daemon can't take on: what a reload reports.
    public func keysAwaitingRestart(in next: Configuration) -> [ConfigurationKey] {
        ConfigurationKey.all.filter { !$0.reloads && scalars[$0.path] != next.scalars[$0.path] }
    }
}

extension Configuration {
    /// The PostgreSQL database.
    public struct Postgres: Sendable, Equatable {
        /// For libpq, as given; empty: libpq's own defaults.
        public let url: Secret
        /// Where to LISTEN, as given, `url` unless something else was said; nil: polling alone.
        public let listenURL: Secret?
        /// Whose first line is the password; nil: none.
        public let passwordFile: String?
        /// For libpq; nil: its own.
        public let passfile: String?
        /// Whether statements are prepared, which a pooler in transaction mode can't have.
        public let prepared: Bool
        public let connections: Int
        public let connectTimeout: Duration
        public let callTimeout: Duration
        /// Nil: never.
        public let horizonWarning: Duration?
    }

    /// The embedded file.
    public struct SQLite: Sendable, Equatable {
        /// Resolved: absolute, not necessarily there yet.
        public let path: String
        public let callTimeout: Duration
    }

    /// The workers of this daemon.
    public struct Worker: Sendable, Equatable {
        public let count: Int
        /// Workers whose ends and claims may travel together.
        public let batch: Int
        /// 1–64 of `A–Z a–z 0–9 _ . -`.
        public let instance: String
        /// Resolved: never empty, not necessarily there yet.
        public let stateDirectory: String
        /// How long the service manager waits for a start whose database is away, and how long a first start takes a refusal.
        public let start: Duration
        public let poll: Duration
        /// How long TERM lets running jobs finish.
        public let grace: Duration
        /// More than twice `heartbeat`.
        public let lease: Duration
        public let heartbeat: Duration
        public let sweep: Duration
    }

    /// What holds for every pipeline that doesn't say otherwise.
    public struct Pipeline: Sendable, Equatable {
        public let requestTimeout: Duration
        public let killGrace: Duration
        /// How long a job waits for a daemon that serves its use case.
        public let unserved: Duration
    }

    /// Deliveries to callers.
    public struct Callback: Sendable, Equatable {
        /// Of one delivery.
        public let timeout: Duration
        public let connectTimeout: Duration
        public let firstByteTimeout: Duration
        /// Deliveries at a time, and of these of one client, at one endpoint, and to one address; 0: as the others say.
        public let concurrency: Int
        public let perClient: Int
        public let perEndpoint: Int
        public let perAddress: Int
        /// Between tries.
        public let pauses: [Duration]
        public let breakerFailures: Int
        public let breakerPause: Duration
        /// Whether bodies are wrapped.
        public let envelope: Bool
        /// As of Standard Webhooks; empty for none.
        public let secret: Secret
        /// By client_id.
        public let clientSecrets: [String: Secret]
        /// Each `CLIENT=scheme://host:port`.
        public let clientEndpoints: [String]
        /// `trusted` or `strict`.
        public let policy: String
        public let schemes: [String]
        public let ports: [Int]
        public let allowedNetworks: [String]
        public let refusedNetworks: [String]
        public let caFile: String
        /// Nil: what old code ends is its own to tell of.
        public let oldEndsGrace: Duration?
    }

    /// How long ended jobs are kept; nil: for ever.
    public struct Retention: Sendable, Equatable {
        public let done: Duration?
        public let error: Duration?
        /// Jobs deleted by one statement.
        public let batch: Int
    }

    /// Logging.
    public struct Log: Sendable, Equatable {
        public let level: LogLevel
        public let format: LogFormat
    }
}

extension Configuration: CustomStringConvertible {
    /// `effective`, one entry a line.
    public var description: String { effective.map(\.description).joined(separator: "\n") }
}
