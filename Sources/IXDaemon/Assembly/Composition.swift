import FoundationEssentials
import Glibc
import IXCallbacks
import IXCommand
import IXConcurrency
import IXConfig
import IXCore
import IXEngine
import IXPipelines
import IXPrograms
import IXStore
import IXTelemetry
import Logging

/// Builds the daemon's parts from the configuration. No other type knows all parts.
struct Composition: Sendable {
    let identity: DaemonIdentity
    private let settings: EngineSettings
    private let backend: Backend
    private let pipelines: PipelineRegistry
    private let assembly: PipelineAssembly
    private let callbacks: CallbackDelivery
    /// The queues of the configuration files, as they were entered last.
    private let queueFile: Locked<QueueFile>
    /// The schedules of the configuration files, as they were entered last.
    private let scheduleFile: Locked<ScheduleFile>
    private let environment: [String: String]
    private let children: ChildRegistry
    private let walls: Walls
    private let logs: LogControl
    /// The counts of the daemon; nil when neither metrics nor the history need any.
    let meters: DaemonMeters?
    /// Keeps spans for the exporter; nil without a collector.
    let tracing: Tracing?
    /// Posts spans; nil without a collector.
    let exporter: SpanExporter?
    private let logger: Logger

    /// The instance's, nil where the state directory has none to give.
    let lock: InstanceLock?

    /// `takeLock` is asked once the addresses are known to be sound; what an earlier daemon left is ended only under the lock.
    init(
        _ configuration: Configuration, environment: [String: String], logs: LogControl,
        takeLock: () throws -> InstanceLock?
    ) throws {
        self.logs = logs
        self.environment = environment
        let logger = logs.logger("ix-worker")
        self.logger = logger
        identity = DaemonIdentity(
            instance: configuration.worker.instance, host: Self.hostName(), pid: getpid(), version: Version.number,
            queues: configuration.worker.queues)
        queueFile = Locked(try QueueFile(configuration, identity))
        scheduleFile = Locked(ScheduleFile(configuration, identity))
        meters = configuration.metrics.isEnabled || configuration.keepsHistory ? DaemonMeters() : nil
        let traces = try TraceSettings(
            configuration.traces, environment, version: Version.number,
            instance: identity.daemonID.uuidString.lowercased())
        tracing = traces?.tracing(of: configuration)
        if let traces, let tracing {
            exporter = SpanExporter(traces, tracing, version: Version.number)
            JobTracer.bootstrap(tracing)
        } else {
            exporter = nil
        }
        backend = try Backend(configuration, identity, meters?.store, logger)
        settings = EngineSettings(configuration, backend)
        lock = try takeLock()
        let worker = configuration.worker
        let groups = ControlGroups.delegated(key: "\(worker.instance)-\(lock?.number ?? 0)", isAlone: lock != nil)
        children = ChildRegistry(
            directory: "\(worker.stateDirectory)/\(worker.instance).children",
            owner: String(identity.daemonID.uuidString.prefix(8).lowercased()), origin: lock?.origin, groups: groups)
        walls = Walls(configuration, environment, groups: groups)
        assembly = PipelineAssembly(
            environment: environment, children: children, walls: walls, groups: groups, meters: meters?.programs,
            logger: logger)
        pipelines = try assembly.registry(for: configuration)
        callbacks = CallbackDelivery(
            settings: try CallbackSettings(configuration, environment), store: backend.callbackStore,
            callLimit: backend.callLimit, meters: meters?.callbacks, tracing: tracing, logger: logger)
    }

    /// Applies a new configuration to a running daemon. Throws before any part has changed, except that the queues of the files
    /// are in force when the store doesn't answer for the schedules.
    ///
    /// Concurrency: blocks its thread, which must not be one of the pool, for the calls to the store.
    func apply(_ configuration: Configuration, to engine: Engine) throws {
        let callbackSettings = try CallbackSettings(configuration, environment)
        let pipelines = try assembly.registry(for: configuration)
        let next = (queues: try QueueFile(configuration, identity), schedules: ScheduleFile(configuration, identity))
        if !next.queues.tables.isEmpty || !queueFile.value.tables.isEmpty {
            do { try Blocking.wait { [self] in try await enter(next.queues) } } catch {
                throw InvalidInput("queues", "can't be entered into the store: \(error)")
            }
        }
        if !next.schedules.tables.isEmpty || !scheduleFile.value.tables.isEmpty {
            do { try Blocking.wait { [self] in try await enter(next.schedules) } } catch {
                throw InvalidInput("schedules", "can't be entered into the store: \(error)")
            }
        }
        backend.apply(configuration)
        engine.apply(EngineSettings(configuration, backend), pipelines)
        callbacks.apply(callbackSettings)
        assembly.prepare()
        logs.level = configuration.log.level.swiftLog
    }

    /// A text that distinguishes the database's address and account from others, without a secret; nil on the embedded
    /// file.
    var address: String? { backend.address }

    /// Longest time of one step of the start: a connection, a few calls, and the wait before the next try.
    var stepLimit: Duration { backend.callLimit + backend.callTimeout * 3 + .seconds(15) }

    /// Creates the engine. The engine calls `onNewIdentity` with each new id of the daemon.
    func engine(onNewIdentity: @escaping @Sendable (UUID) -> Void) -> Engine {
        Engine(
            settings: settings, store: backend.store, dutyStore: backend.dutyStore, leaseStore: backend.leaseStore,
            notifier: backend.notifier,
            pipelines: pipelines,
            callbacks: callbacks, identity: identity, meters: meters, tracing: tracing, logger: logger,
            onNewIdentity: onNewIdentity)
    }

    /// Tells the metrics what the daemon holds at the moment of a scrape.
    func observe(_ engine: Engine) {
        guard let meters else { return }
        let (store, schema) = backend.kind
        meters.registry.observe { [weak engine, backend, callbacks, tracing] in
            [
                MetricSample(
                    .buildInfo, [Version.number, Version.commit, store, "\(schema)"], 1),
                MetricSample(.endpointsClosed, [], callbacks.closedEndpoints.count),
            ] + backend.connectionSamples + (engine?.samples ?? []) + (tracing?.samples ?? [])
        }
    }

    /// Ends programs which a crashed predecessor left running. Requires: the instance's lock.
    func endOrphanedProcesses() async {
        let runs = await children.endOrphanedProcesses()
        guard !runs.isEmpty else { return }
        logger.log(.orphanedProcessesEnded, ["count": .number(runs.count), "runs": "\(runs.joined(separator: ", "))"])
    }

    /// Starts the processes that pipelines keep ready. Requires: orphaned processes have been ended.
    func preparePipelines() { assembly.prepare() }

    /// Logs at the start, and not at the first job, why programs are not isolated or can't be started.
    func logProgramFaults() {
        for fault in walls.lacks { logger.log(.wallMissing, ["reason": "\(fault)"]) }
        if let reason = children.fault { logger.log(.stateUnwritable, ["reason": "\(reason)"]) }
    }

    /// Checks the schema of PostgreSQL, or takes the hold on the embedded file.
    func prepare() async throws(StoreError) { try await backend.prepare() }

    /// Enters the queues of the configuration files into the store, and their schedules, whose jobs may name the queues.
    /// Requires: `prepare`, and no claim before.
    func enterFiles() async throws(StoreError) {
        try await enter(queueFile.value)
        try await enter(scheduleFile.value)
    }

    private func enter(_ file: ScheduleFile) async throws(StoreError) {
        let changes = try await backend.dutyStore.upkeep.perform { try $0.enterSchedules(file) }
        scheduleFile.value = file
        for change in changes { logger.log(change, of: file) }
    }

    private func enter(_ file: QueueFile) async throws(StoreError) {
        let changes = try await backend.dutyStore.upkeep.perform { try $0.enterFile(file) }
        queueFile.value = file
        for change in changes { logger.log(change, of: file) }
    }

    /// Ends the pipelines, then closes the stores: the last step of the drain.
    func close() async {
        await assembly.close()
        await backend.close()
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension EngineSettings {
    fileprivate init(_ configuration: Configuration, _ backend: Backend) {
        let worker = configuration.worker
        let steps = StepRule(callLimit: backend.callLimit, width: backend.width)
        self.init(
            workers: worker.count, batch: worker.batch, poll: worker.poll, grace: worker.grace,
            killGrace: configuration.pipeline.killGrace, lease: worker.lease, heartbeat: worker.heartbeat,
            sweep: worker.sweep,
            unservedAfter: configuration.pipeline.unserved, callTimeout: backend.callTimeout,
            stepLimit: steps.limit(worker.count), stepRule: steps,
            retention: Retention(
                done: configuration.retention.done, error: configuration.retention.error,
                receipt: configuration.retention.receipt),
            pruneBatch: configuration.retention.batch, keepsHistory: configuration.keepsHistory)
        if configuration.store == .postgres {
            mostWorkers = min(mostWorkers, Limits.workersPerConnection * configuration.postgres.connections)
        }
    }
}
