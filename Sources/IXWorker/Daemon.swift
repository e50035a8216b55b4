import CLinux
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXEngine
import IXLogs
import IXStore
import IXSystemd
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

    /// `reading` reads the configuration again after HUP. Ends the program with 78 when the configuration can't be
    /// built.
    init(
        _ configuration: Configuration, environment: [String: String], logs: LogControl,
        reading: @escaping @Sendable () throws -> Configuration
    ) throws {
        self.configuration = configuration
        self.environment = environment
        logger = logs.logger("ix-worker")
        notice = ServiceNotice(environment)
        reload = Reload(configuration, logger: logger, read: reading)
        do {
            composition = try Composition(configuration, environment: environment, logs: logs)
        } catch let error as InvalidInput {
            throw Exit.configuration.saying(error.description)
        }
    }

    /// Runs until a stop signal and returns the exit code.
    func run() async throws -> Int32 {
        let signals = SignalWatch()
        // A child of the same user must not read this process's memory or environment.
        _ = ix_hide_process()  // ignored: fails only on kernels without the call
        let lock = try takeLock()
        let engine = composition.engine { [logger] in
            if let reason = lock?.note($0) { logger.tell(.noInstanceLock, ["reason": "\(reason)"]) }
        }
        answer(signals, engine)
        logger.tell(
            .starting,
            [
                "version": "\(Version.number)", "workers": "\(configuration.worker.count)",
                "store": "\(configuration.storeName)",
            ])
        notice.status(
            configuration.store == .postgres ? "Connecting to the database" : "Opening \(configuration.storeName)")
        if lock != nil { await composition.endLeftovers() }
        composition.tellProgramFaults()
        let start = Start(
            composition: composition, engine: engine, notice: notice, logger: logger, stop: signals.stop)
        switch await start.run(predecessor: lock?.predecessor) {
        case .ready: break
        case .stopped:
            logger.tell(.stoppedEarly)
            return 0
        case .failed(let error):
            logger.tell(.startFailed, ["reason": "\(error)"])
            return Exit.code(for: error).rawValue
        }
        await work(engine, until: signals.stop)
        return 0
    }

    private func work(_ engine: Engine, until stop: Latch) async {
        isReady.open()
        notice.ready(StatusLine(engine.state).text)
        logger.tell(.ready, ["worker": "\(composition.identity.workerID.uuidString.lowercased())"])
        let observer = Observer(engine, notice: notice, logger: logger)
        observer.start()
        StartCode.release()
        let watchdog = Watchdog(environment, notice: notice) { engine.standstill().isEmpty }
        await stop.wait()
        notice.stopping("Draining")
        let more = TimeoutExtension(notice, limit: engine.drainLimit)
        await engine.drain()
        await composition.close()
        observer.end()
        more.end()
        watchdog?.end()
        notice.status("Stopped")
        logger.tell(.stopped)
    }

    private func answer(_ signals: SignalWatch, _ engine: Engine) {
        signals.answer { [composition, reload, notice, logger, isReady, stop = signals.stop] request in
            switch request {
            case .hurry: engine.cutGrace()
            case .dump: Dump(engine.state, logger).tell()
            case .reload:
                // The service manager may get READY only after the start has finished, and not while the daemon stops.
                let isRunning = isReady.isOpen && !stop.isOpen
                if isRunning { notice.reloading() }
                reload.perform { try composition.apply($0, to: engine) }
                if isRunning { notice.ready(StatusLine(engine.state).text) }
            }
        }
    }

    private func takeLock() throws -> InstanceLock? {
        do throws(InstanceLock.Refusal) {
            let worker = configuration.worker
            return try InstanceLock(directory: worker.stateDirectory, instance: worker.instance)
        } catch {
            if case .held = error { throw Exit.configuration.saying(error.description) }
            logger.tell(.noInstanceLock, ["reason": "\(error)"])
            return nil
        }
    }
}
