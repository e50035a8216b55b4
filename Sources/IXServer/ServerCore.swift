package import IXRepresentation
package import IXStore
package import IXTelemetry
import Logging

/// What the resources of a server share. An instance for all, because each open stream holds it.
final class ServerCore: Sendable {
    let settings: ServerSettings
    let stores: ServerStores
    let daemon: DaemonView
    let logger: Logger
    /// Calls that only read.
    let reads: StoreCalls
    /// Reads of the whole queue, which a copy of the store may answer.
    let queue: QueueReads
    /// Calls that change jobs.
    let writes: StoreCalls
    /// Tokens and sessions.
    let book: TokenBook
    /// New jobs that arrive one by one.
    let inserts: InsertBatcher
    /// Waits for ends.
    let ends: EndWatch
    /// Asks whether the store is there.
    let probe: StoreProbe
    /// Lets one count of ended jobs through at a time.
    let counting = Gate(slots: 1, queue: 0, limit: .zero)
    /// Event streams.
    let streams: StreamHub
    /// Operations over many jobs.
    let bulk: BulkRunner
    /// The counts of the server; nil where metrics are switched off.
    let meters: HTTPMeters?
    /// The levels of the queue.
    let levels: LevelsView
    /// Counts of waiting and running jobs, without a long count.
    let look = StatisticsLook()

    init(_ settings: ServerSettings, _ stores: ServerStores, _ daemon: DaemonView, _ logger: Logger) {
        self.settings = settings
        self.stores = stores
        self.daemon = daemon
        self.logger = logger
        meters = daemon.meters.map { HTTPMeters($0.factory) }
        reads = StoreCalls(stores.reading, width: stores.width, settings.limits)
        queue = QueueReads(reads, stores.copy, width: stores.width, settings.limits)
        levels = LevelsView(queue)
        writes = StoreCalls(stores.writing, width: stores.width, settings.limits)
        book = TokenBook(reads, settings.tokens, logger)
        inserts = InsertBatcher(stores.writing, settings.limits)
        bulk = BulkRunner(writes, logger)
        probe = StoreProbe(writes)
        streams = StreamHub(reads, queue, storeName: daemon.storeName, limits: settings.limits)
        ends = EndWatch(stores.reading, most: settings.limits.waits)
    }

    /// Runs a change with its entry of the audit, in one transaction, and logs the entry. A change that throws leaves none.
    /// `count` returns the number of rows that the change has met; nil: the entry's own number.
    @discardableResult
    func audited<Value: Sendable>(
        _ entry: AuditEntry, adding fields: Logger.Metadata = [:], counting count: (@Sendable (Value) -> Int)? = nil,
        _ body: @escaping @Sendable (any JobOperations) throws -> Value
    ) async throws -> Value {
        let (value, entry) = try await writes.transaction { operations -> (Value, AuditEntry) in
            let value = try body(operations)
            var entry = entry
            if let count { entry.count = count(value) }
            try operations.recordAudit(entry)
            return (value, entry)
        }
        logger.log(entry, adding: fields)
        return value
    }
}

/// The stores of a server: its own connections, so that a slow page delays no claim and no heartbeat.
package struct ServerStores: Sendable {
    let reading: any JobStore
    let writing: any JobStore
    /// Answers reads of the whole queue where it can; nil: `reading` answers all.
    let copy: (any ReadCopy)?
    let width: Int

    /// Creates the pair and its copy; each store takes `width` calls at a time.
    package init(reading: any JobStore, writing: any JobStore, copy: (any ReadCopy)? = nil, width: Int = 2) {
        self.reading = reading
        self.writing = writing
        self.copy = copy
        self.width = width
    }

    /// True when the store has this token, and it counts.
    package func knowsToken(_ secret: TokenSecret?) async throws(StoreError) -> Bool {
        guard let secret else { return false }
        return try await reading.perform { try $0.token(secret.id) }?.hash == secret.hash
    }

    /// Inserts a token in place of those of its name, as `actor`.
    package func replaceToken(_ token: AccessToken, as actor: String) async throws {
        let entry = AuditEntry(actor: actor, role: "operator", action: "token_create", target: token.id)
        try await writing.transaction { operations in
            _ = try operations.endToken(token.name, at: nil, successor: nil)  // ignored: none may be there
            try operations.insertToken(token)
            try operations.recordAudit(entry)
        }
    }

    func close() async {
        await copy?.close()
        await reading.close()
        await writing.close()
    }
}

/// The daemon around a server, as far as the server needs to know.
package struct DaemonView: Sendable {
    /// The store's name for people, without secrets.
    let storeName: String
    /// False when a part of the daemon makes no progress: the watchdog's test.
    let isAlive: @Sendable () -> Bool
    /// True once the daemon has told that it is ready.
    let isStarted: @Sendable () -> Bool
    /// The reason why no job could be claimed (or inserted, where the daemon only serves) now; nil when one could.
    let unreadiness: @Sendable () -> Unreadiness?
    /// True where the server itself has to ask whether the store is there, because no engine does.
    let asksStore: Bool
    /// The pipelines of this daemon.
    let pipelines: @Sendable () -> [PipelineView]
    /// A stream of the jobs that end in this daemon from now on; nil where no jobs run.
    let ends: @Sendable () -> AsyncStream<JobEnd>?
    /// The counts of the daemon; nil where metrics are switched off.
    package let meters: DaemonMeters?
    /// Keeps spans for a collector; nil without one.
    let tracing: Tracing?

    package init(
        storeName: String, isAlive: @escaping @Sendable () -> Bool, isStarted: @escaping @Sendable () -> Bool,
        unreadiness: @escaping @Sendable () -> Unreadiness?, asksStore: Bool = false,
        pipelines: @escaping @Sendable () -> [PipelineView],
        ends: @escaping @Sendable () -> AsyncStream<JobEnd>? = { nil },
        meters: DaemonMeters? = nil, tracing: Tracing? = nil
    ) {
        self.meters = meters
        self.tracing = tracing
        self.storeName = storeName
        self.isAlive = isAlive
        self.isStarted = isStarted
        self.unreadiness = unreadiness
        self.pipelines = pipelines
        self.ends = ends
        self.asksStore = asksStore
    }
}

/// The reason why a daemon can take no job now.
package enum Unreadiness: Sendable, Equatable {
    /// The store can't be reached; with the cause.
    case storeAway(String)
    case other(String)

    /// The reason for the holders of tokens.
    var reason: String {
        switch self {
        case .storeAway(let cause): "the store is away: \(cause)"
        case .other(let reason): reason
        }
    }
}

/// A pipeline as callers see it: no command, no environment, no header.
package struct PipelineView: Sendable, Equatable {
    let name: String
    let kind: String
    /// Runs of the pipeline at a time; nil for no limit of its own.
    let concurrency: Int?

    package init(name: String, kind: String, concurrency: Int?) {
        self.name = name
        self.kind = kind
        self.concurrency = concurrency
    }
}
