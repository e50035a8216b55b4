import CLinux
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXEngine
import IXPostgres
import IXStore
import Logging

/// The daemon's life: check, connect (waiting while the database is away), sweep, work, drain.
struct Daemon {
    private let configuration: Configuration
    private let composition: Composition
    private let logger: Logger

    init(_ configuration: Configuration, environment: [String: String], logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        do {
            composition = try Composition(configuration, environment: environment, logger: logger)
        } catch let error as InvalidInput {
            throw Exit.configuration.saying(error.description)
        }
    }

    /// The exit code.
    func run() async throws -> Int32 {
        let signals = SignalWatch()
        // A child of the same user must not read this process's memory or environment.
        _ = ix_hide_process()  // ignored: fails only on kernels without it
        let lock = try takeLock()
        let engine = composition.engine { lock?.note($0) }
        signals.whenAskedTwice { engine.cutGrace() }
        logger.notice(
            "starting", metadata: ["version": "\(Version.number)", "workers": "\(configuration.worker.count)"])
        let start = Start(composition: composition, engine: engine, logger: logger, stop: signals.stop)
        switch await start.run(predecessor: lock?.predecessor) {
        case .ready: break
        case .stopped:
            logger.notice("stopped during start-up")
            return 0
        case .failed(let error):
            throw Exit.code(for: error).saying(error.description)
        }
        logger.notice("ready", metadata: ["worker": "\(composition.identity.workerID.uuidString.lowercased())"])
        await signals.stop.wait()
        await engine.drain()
        await composition.close()
        logger.notice("stopped")
        return 0
    }

    private func takeLock() throws -> InstanceLock? {
        do throws(InstanceLock.Refusal) {
            let worker = configuration.worker
            return try InstanceLock(directory: worker.stateDirectory, instance: worker.instance)
        } catch {
            if case .held = error { throw Exit.configuration.saying(error.description) }
            logger.warning(
                "no instance lock: after a crash its jobs wait for the lease to run out",
                metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
