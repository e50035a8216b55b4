import FoundationEssentials
import IXCommand
import IXConfig
import IXPostgres
import IXSQLite
import IXStore
import IXSystemd
import IXTelemetry
import Logging

/// The configured store as the daemon uses it. No other type of this module distinguishes PostgreSQL from the embedded
/// file.
struct Backend: Sendable {
    /// The store of workers: claims and results.
    let store: any JobStore
    /// The store of duties. On PostgreSQL its own connection, so that busy workers never delay the duties.
    let dutyStore: any JobStore
    /// The store of the lease. On PostgreSQL its own connection, so that a lock on `ix_jobs`, which delays duties,
    /// costs no lease.
    let leaseStore: any JobStore
    /// The store of callbacks. On PostgreSQL its own connection, so that a backlog of callbacks delays no worker and no
    /// duty.
    let callbackStore: any JobStore
    /// Notifications of new jobs; nil when the daemon only polls.
    let notifier: (any JobNotifier)?
    /// The first calls of the start: checks the schema on PostgreSQL, takes the hold on the embedded file.
    let prepare: @Sendable () async throws(StoreError) -> Void
    /// Longest time of one call, including a new connection.
    let callLimit: Duration
    /// Longest time of one call on an open connection.
    let callTimeout: Duration
    /// Maximum number of concurrent calls of workers.
    let width: Int
    /// The address of the server; nil on the embedded file.
    let address: String?
    /// Hands the store a new configuration: the times of the store's own upkeep.
    private let applyUpkeep: @Sendable (Configuration) -> Void

    /// Creates the stores without connecting. Throws when the database address can't be used.
    init(
        _ configuration: Configuration, _ identity: DaemonIdentity, _ meters: StoreMeters?, _ logger: Logger
    ) throws {
        switch configuration.store {
        case .postgres: self = try Backend(postgres: configuration, meters, logger)
        case .sqlite: self = Backend(sqlite: configuration, identity, meters, logger)
        }
    }

    private init(
        store: any JobStore, dutyStore: any JobStore, leaseStore: any JobStore, callbackStore: any JobStore,
        notifier: (any JobNotifier)?,
        callLimit: Duration, callTimeout: Duration, width: Int, address: String?,
        applyUpkeep: @escaping @Sendable (Configuration) -> Void,
        prepare: @escaping @Sendable () async throws(StoreError) -> Void
    ) {
        (self.store, self.dutyStore, self.notifier, self.prepare) = (store, dutyStore, notifier, prepare)
        (self.leaseStore, self.callbackStore) = (leaseStore, callbackStore)
        (self.callLimit, self.callTimeout, self.width) = (callLimit, callTimeout, width)
        self.address = address
        self.applyUpkeep = applyUpkeep
    }

    private init(postgres configuration: Configuration, _ meters: StoreMeters?, _ logger: Logger) throws {
        let settings = configuration.postgres
        var parameters = try configuration.checkedParameters("ix-worker")
        let notices = NoticeLog(logger)
        parameters.onNotice = notices.log
        // Behind a pooler each call may run in another server process, so a lock watch has no process to look at.
        let watch = parameters.isPrepared ? LockWatch(parameters) : nil
        let named = { [parameters] (name: String, address: PostgresAddress?) in
            var own = parameters
            own.applicationName = name
            if let address { own.address = address }
            return own
        }
        let signs = WorkSigns()
        let dutyStore = PostgresStore(
            named("ix-worker duties", nil), connections: 1, lockWatch: watch, upkeep: configuration.upkeep,
            meters: meters, signs: signs, logger: logger)
        self.init(
            store: PostgresStore(
                parameters, connections: settings.connections, lockWatch: watch, meters: meters, signs: signs),
            dutyStore: dutyStore,
            leaseStore: PostgresStore(
                named("ix-worker lease", nil), connections: 1, lockWatch: watch, meters: meters),
            callbackStore: PostgresStore(
                named("ix-worker callbacks", nil), connections: 1, lockWatch: watch, meters: meters),
            notifier: settings.listenURL.map {
                PostgresListener(named("ix-worker", PostgresAddress($0.text)), logger: logger)
            },
            callLimit: settings.connectTimeout + settings.callTimeout, callTimeout: settings.callTimeout,
            width: settings.connections, address: parameters.account,
            applyUpkeep: { dutyStore.upkeepTimes = $0.upkeep }
        ) { [parameters] () async throws(StoreError) in
            let migrator = PostgresMigrator(parameters, callTimeout: parameters.callTimeout)
            do throws(StoreError) { try await Self.look(over: migrator, logger) } catch {
                await migrator.close()
                throw error
            }
            await migrator.close()
        }
    }

    private static func look(over migrator: PostgresMigrator, _ logger: Logger) async throws(StoreError) {
        try await migrator.check()
        let tables = try await migrator.tablesWithRowSecurity()
        if !tables.isEmpty { logger.log(.rowSecurity, ["tables": "\(tables.joined(separator: ", "))"]) }
    }

    private init(
        sqlite configuration: Configuration, _ identity: DaemonIdentity, _ meters: StoreMeters?, _ logger: Logger
    ) {
        let timeout = configuration.sqlite.callTimeout
        // Workers make their calls on their own queues; the store's queues serve all other calls.
        let store = configuration.embeddedStore(calls: 4, meters: meters)
        self.init(
            store: store, dutyStore: store, leaseStore: store, callbackStore: store,
            notifier: SQLiteNotifier(store, logger: logger),
            callLimit: timeout,
            callTimeout: timeout, width: configuration.worker.count, address: nil, applyUpkeep: { _ in }
        ) { () async throws(StoreError) in try await store.hold(as: identity.holder) }
    }

    /// Applies a new configuration to the open stores.
    func apply(_ configuration: Configuration) { applyUpkeep(configuration) }

    /// The samples of the stores' connections, for a scrape.
    var connectionSamples: [MetricSample] {
        let pools =
            address == nil
            ? [("workers", store)]
            : [("workers", store), ("duties", dutyStore), ("lease", leaseStore), ("callbacks", callbackStore)]
        return pools.flatMap { pool, store in
            store.connections.map {
                MetricSample.connections(pool, busy: $0.busy, idle: $0.idle, waiting: $0.waiting)
            } ?? []
        }
    }

    /// The store's kind and the newest version of its schema.
    var kind: (name: String, schema: Int) {
        Self.kind(address == nil ? .sqlite : .postgres)
    }

    /// Returns the name of a store's kind and the newest version of its schema.
    static func kind(_ store: StoreKind) -> (name: String, schema: Int) {
        switch store {
        case .sqlite: ("sqlite", SQLiteStore.schemaVersion)
        case .postgres: ("postgres", PostgresMigrator.newestVersion)
        }
    }

    /// Closes every store.
    func close() async {
        await callbackStore.close()
        await dutyStore.close()
        await leaseStore.close()
        await store.close()
    }
}

extension DaemonIdentity {
    /// The description of this daemon, for the error of a process that finds the file in use.
    fileprivate var holder: String {
        "the daemon with pid \(pid) on \(host) (ix-worker \(version), instance \(instance))"
    }
}
