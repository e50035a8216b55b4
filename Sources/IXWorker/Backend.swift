import FoundationEssentials
import IXCommand
import IXConfig
import IXLogs
import IXPostgres
import IXSQLite
import IXStore
import IXSystemd
import Logging

/// The configured store as the daemon uses it: the one place that tells PostgreSQL from the embedded file.
struct Backend: Sendable {
    let store: any JobStore
    /// Its own connections where there are such, so that busy workers never starve the heartbeat.
    let dutyStore: any JobStore
    /// Likewise, so that a lock on the table of jobs, which duties wait for, costs no lease.
    let leaseStore: any JobStore
    /// Likewise, so that a backlog of callbacks starves nobody.
    let callbackStore: any JobStore
    let arrivals: (any JobArrivals)?
    /// What has to be done before anything else: the schema looked at, the file held.
    let prepare: @Sendable () async throws(StoreError) -> Void
    /// The longest that one call takes, with a connection made for it.
    let callLimit: Duration
    let callTimeout: Duration
    /// How many calls may be under way at a time.
    let width: Int
    /// Of the server; nil on the embedded file.
    let address: String?

    init(_ configuration: Configuration, _ identity: WorkerIdentity, _ logger: Logger) throws {
        switch configuration.store {
        case .postgres: self = try Backend(postgres: configuration, logger)
        case .sqlite: self = Backend(sqlite: configuration, identity, logger)
        }
    }

    private init(
        store: any JobStore, dutyStore: any JobStore, leaseStore: any JobStore, callbackStore: any JobStore,
        arrivals: (any JobArrivals)?,
        callLimit: Duration, callTimeout: Duration, width: Int, address: String?,
        prepare: @escaping @Sendable () async throws(StoreError) -> Void
    ) {
        (self.store, self.dutyStore, self.arrivals, self.prepare) = (store, dutyStore, arrivals, prepare)
        (self.leaseStore, self.callbackStore) = (leaseStore, callbackStore)
        (self.callLimit, self.callTimeout, self.width) = (callLimit, callTimeout, width)
        self.address = address
    }

    private init(postgres configuration: Configuration, _ logger: Logger) throws {
        let settings = configuration.postgres
        var parameters = try configuration.checkedParameters("ix-worker")
        let notices = NoticeLog(logger)
        parameters.onNotice = notices.tell
        // A pooler gives a call another server process each time, so nothing can look at it.
        if parameters.isPrepared { parameters.lockWatch = LockWatch(parameters) }
        let named = { [parameters] (name: String, address: PostgresAddress?) in
            var own = parameters
            own.applicationName = name
            if let address { own.address = address }
            return own
        }
        self.init(
            store: PostgresStore(parameters, connections: settings.connections),
            dutyStore: PostgresStore(named("ix-worker duties", nil), connections: 1),
            leaseStore: PostgresStore(named("ix-worker lease", nil), connections: 1),
            callbackStore: PostgresStore(named("ix-worker callbacks", nil), connections: 1),
            arrivals: settings.listenURL.map {
                PostgresListener(named("ix-worker", PostgresAddress($0.text)), logger: logger)
            },
            callLimit: settings.connectTimeout + settings.callTimeout, callTimeout: settings.callTimeout,
            width: settings.connections, address: parameters.account
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
        if !tables.isEmpty { logger.tell(.rowSecurity, ["tables": "\(tables.joined(separator: ", "))"]) }
    }

    private init(sqlite configuration: Configuration, _ identity: WorkerIdentity, _ logger: Logger) {
        let timeout = configuration.sqlite.callTimeout
        // Workers make their calls on queues of their own; the store's are for the rest.
        let store = configuration.embeddedStore(calls: 4)
        self.init(
            store: store, dutyStore: store, leaseStore: store, callbackStore: store,
            arrivals: SQLiteArrivals(store, logger: logger),
            callLimit: timeout,
            callTimeout: timeout, width: configuration.worker.count, address: nil
        ) { () async throws(StoreError) in try await store.hold(as: identity.holder) }
    }

    func close() async {
        await callbackStore.close()
        await dutyStore.close()
        await leaseStore.close()
        await store.close()
    }
}

extension WorkerIdentity {
    /// What others are told who find the file held.
    fileprivate var holder: String {
        "the daemon with pid \(pid) on \(host) (ix-worker \(version), instance \(instance))"
    }
}
