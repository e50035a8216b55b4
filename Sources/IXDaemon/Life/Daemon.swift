import CLinux
import Dispatch
import FoundationEssentials
import IXCommand
import IXConcurrency
import IXConfig
import IXCore
import IXEngine
import IXPipelines
import IXPrograms
import IXServer
import IXStore
import IXSystemd
import IXTelemetry
import Logging

/// The life of the daemon process: check, connect, sweep, work, drain. The daemon waits while the database is away.
struct Daemon {
    private let configuration: Configuration
    private let environment: [String: String]
    private let composition: Composition
    private let reload: Reload
    private let notice: ServiceNotice
    private let logger: Logger
    /// Opened when the daemon reports READY.
    private let isReady = Latch()

    /// `reading` reads the configuration again, for HUP; the files it is given must still be there.
    init(
        _ configuration: Configuration, environment: [String: String], logs: LogControl,
        reading: @escaping @Sendable (_ known: [String]) throws -> Configuration
    ) throws {
        self.configuration = configuration
        self.environment = environment
        logger = logs.logger("ix-worker")
        notice = ServiceNotice(environment)
        reload = Reload(configuration, logger: logger, read: reading)
        let logger = logger
        do {
            composition = try Composition(configuration, environment: environment, logs: logs) {
                try Self.takeLock(configuration, logger)
            }
        } catch let error as InvalidInput {
            throw Exit.configuration.saying(error.description)
        }
    }

    /// Runs until a stop signal and returns the exit code.
    func run() async throws -> Int32 {
        let signals = SignalWatch()
        // A child of the same user must not read this process's memory or environment.
        _ = ix_hide_process()  // ignored: fails only on kernels without it
        let lock = composition.lock
        let orphans =
            OrphanReaper.isNeeded ? RepeatingTimer(every: .seconds(1), "ix.orphans") { OrphanReaper.reap() } : nil
        defer { orphans?.end() }
        let engine = composition.engine { [logger, lock] in
            if let reason = lock?.note($0) { logger.log(.noInstanceLock, ["reason": "\(reason)"]) }
        }
        composition.observe(engine)
        let server = try server(engine)
        answer(signals, engine, server)
        logger.log(
            .starting,
            [
                "version": "\(Version.number)", "workers": .number(configuration.worker.count),
                "store": "\(configuration.storeName)",
            ])
        notice.status(
            configuration.store == .postgres ? "Connecting to the database" : "Opening \(configuration.storeName)")
        if let lock {
            if lock.isForeign { logger.log(.stateForeign) }
            await composition.endOrphanedProcesses()
        }
        composition.logProgramFaults()
        composition.preparePipelines()
        for reason in configuration.unknownVariables { logger.log(.variableUnknown, ["reason": "\(reason)"]) }
        let start = Start(
            composition, engine, configuration.worker, notice: notice, environment: environment, logger: logger,
            stop: signals.stop)
        switch await start.run(predecessor: lock?.predecessor) {
        case .ready: break
        case .stopped:
            logger.log(.stoppedEarly)
            return 0
        case .failed(let error):
            logger.log(.startFailed, ["reason": "\(error)"])
            return Exit.code(for: error).rawValue
        }
        try await work(engine, server, until: signals.stop)
        return 0
    }

    private func work(_ engine: Engine, _ server: ServerPart?, until stop: Latch) async throws {
        if let exporter = composition.exporter { Task { await exporter.run() } }
        // The signals stay with `SignalWatch`, because the second and the third TERM mean more than a shutdown.
        let stores = LoopService("pipelines and stores") { [composition] _ in await composition.close() }
        let services = LoopGroup([stores] + engine.services)
        // Off the pool that all tasks share, so that the stop of a part comes through whatever the pipelines' tasks hold.
        let work = Task(executorPreference: DispatchQueueExecutor(label: "ix.services")) {
            defer { stop.open() }
            try await services.run()
        }
        do {
            _ = try await server?.start()  // ignored: with `auto` a warning was logged
        } catch {
            await services.shutDown()
            try await work.value
            throw error
        }
        isReady.open()
        notice.ready(StatusLine(engine.state, refusal: reload.refusal).text)
        logger.log(.ready, ["daemon": "\(composition.identity.daemonID.uuidString.lowercased())"])
        let reporter = StatusReporter(engine, reload, notice: notice, logger: logger)
        reporter.start()
        ProgramText.releasePages()
        let watchdog = Watchdog(environment, notice: notice) { engine.stalledParts().isEmpty }
        await stop.wait()
        notice.stopping("Draining")
        let more = TimeoutExtension(notice, limit: engine.drainLimit)
        async let served: Void? = server?.drain(upTo: configuration.worker.grace)
        await services.shutDown()
        try await work.value
        await served
        await composition.exporter?.end()
        reporter.end()
        more.end()
        watchdog?.end()
        notice.status("Stopped")
        logger.log(.stopped)
    }

    /// Returns the HTTP server of the daemon; nil when the configuration wants none.
    private func server(_ engine: Engine) throws -> ServerPart? {
        let pipelines = PipelineView.all(of: configuration)
        let view = DaemonView(
            storeName: configuration.storeName, isAlive: { engine.stalledParts().isEmpty },
            isStarted: { [isReady] in isReady.isOpen },
            unreadiness: { [isReady] in
                guard isReady.isOpen else { return .other("starting") }
                let state = engine.state
                return state.isDraining ? .other("draining") : state.outage.map { .storeAway($0) }
            }, pipelines: { pipelines }, ends: { engine.ends() },
            meters: configuration.metrics.isEnabled ? composition.meters : nil, tracing: composition.tracing)
        return try ServerPart(configuration, environment: environment, view, logger)
    }

    private func answer(_ signals: SignalWatch, _ engine: Engine, _ server: ServerPart?) {
        let folder = Reload.folder(environment) { configuration.worker.stateDirectory }
        let reloads = DispatchQueue(label: "ix.reloads")
        signals.answer { [composition, reload, notice, logger, isReady, stop = signals.stop] request in
            switch request {
            case .hurry: engine.cutGrace()
            case .report: WorkerReport(engine.state, logger).write()
            case .reload:
                // A reload calls the store, and must hold up no signal to stop.
                reloads.async {
                    // The service manager may get READY only after the start has finished, and not while the daemon stops.
                    let isRunning = isReady.isOpen && !stop.isOpen
                    if isRunning { notice.reloading() }
                    // READY comes before the answer, so that a caller which waits for the answer finds the status up to
                    // date.
                    reload.perform(answeringIn: folder) {
                        try composition.apply($0, to: engine)
                        server?.reload()
                    } then: {
                        if isRunning, !stop.isOpen { notice.ready(StatusLine(engine.state, refusal: $0).text) }
                    }
                }
            }
        }
    }

    private static func takeLock(_ configuration: Configuration, _ logger: Logger) throws -> InstanceLock? {
        do throws(InstanceLock.Refusal) {
            let worker = configuration.worker
            return try InstanceLock(directory: worker.stateDirectory, instance: worker.instance)
        } catch {
            if case .held = error { throw Exit.configuration.saying(error.description) }
            logger.log(.noInstanceLock, ["reason": "\(error)"])
            return nil
        }
    }
}
