import IXConfig
import IXCore
import IXEngine
import IXLogs
import IXSystemd
import Logging
import Synchronization

/// Applies a changed configuration to the running daemon. A bad configuration changes nothing, and its faults are
/// logged.
final class Reload: Sendable {
    /// The configuration at the start of the process. Keys which need a restart are compared with `started`.
    private let started: Configuration
    private let applied: Mutex<Configuration>
    private let read: @Sendable () throws -> Configuration
    private let logger: Logger

    init(_ started: Configuration, logger: Logger, read: @escaping @Sendable () throws -> Configuration) {
        self.started = started
        applied = Mutex(started)
        self.read = read
        self.logger = logger
    }

    /// Reads the configuration and calls `apply`. `apply` must throw before any change when the configuration can't be
    /// built.
    func perform(_ apply: (Configuration) throws -> Void) {
        logger.tell(.reloading)
        let next: Configuration
        do {
            next = try read()
            try apply(next)
        } catch let error as ConfigurationError {
            return refuse(error.faults.map(\.description))
        } catch {
            return refuse(["\(error)"])
        }
        tell(next)
    }

    private func refuse(_ faults: [String]) {
        for fault in faults { logger.tell(.reloadRefused, ["reason": "\(fault)"]) }
    }

    private func tell(_ next: Configuration) {
        let changed = applied.withLock { applied in
            defer { applied = next }
            return applied.keysTakingEffect(in: next)
        }
        logger.tell(.reloaded, ["changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: ", "))"])
        let waiting = started.keysAwaitingRestart(in: next).map(\.path)
        if !waiting.isEmpty { logger.tell(.restartNeeded, ["keys": "\(waiting.joined(separator: ", "))"]) }
    }
}
