import IXConfig
import IXCore
import IXEngine
import IXSystemd
import IXTelemetry
import Logging
import Synchronization

/// Applies a changed configuration to the running daemon. A bad configuration changes nothing, and its faults are
/// logged.
final class Reload: Sendable {
    /// The configuration at the start of the process. Keys which need a restart are compared with `started`.
    private let started: Configuration
    private let applied: Mutex<Configuration>
    private let faults = Mutex<[String]>([])
    private let read: @Sendable (_ known: [String]) throws -> Configuration
    private let logger: Logger

    init(
        _ started: Configuration, logger: Logger, read: @escaping @Sendable (_ known: [String]) throws -> Configuration
    ) {
        self.started = started
        applied = Mutex(started)
        self.read = read
        self.logger = logger
    }

    /// The faults of the last reload, which left the previous configuration in force; empty after a successful reload.
    var refusal: [String] { faults.withLock { $0 } }

    /// Returns the folder in which callers of a reload wait for the answer: the service's runtime directory, else the
    /// state directory.
    static func folder(_ environment: [String: String], state: () throws -> String) rethrows -> String {
        try environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init) ?? state()
    }

    /// Applies the configuration of the files. After `then`, which receives the faults, answers the callers that wait
    /// in `folder`. `apply` throws for a configuration that can't be built, and must not have changed anything before.
    func perform(
        answeringIn folder: String, _ apply: (Configuration) throws -> Void, then: ([String]) -> Void
    ) {
        let waiting = ReloadCall.waiting(in: folder)
        perform(apply)
        then(refusal)
        ReloadCall.reply(waiting, faults: refusal)
    }

    private func perform(_ apply: (Configuration) throws -> Void) {
        logger.log(.reloading)
        let next: Configuration
        do {
            // The files of the last reload must still exist, because a file that is missing for a moment would remove
            // all its pipelines.
            next = try read(applied.withLock { $0.files })
            try apply(next)
        } catch let error as ConfigurationError {
            return refuse(error.faults.map(\.description))
        } catch {
            return refuse(["\(error)"])
        }
        report(next)
    }

    private func refuse(_ faults: [String]) {
        for fault in faults { logger.log(.reloadRefused, ["reason": "\(fault)"]) }
        self.faults.withLock { $0 = faults }
    }

    private func report(_ next: Configuration) {
        faults.withLock { $0 = [] }
        let changed = applied.withLock { applied in
            defer { applied = next }
            return applied.keysTakingEffect(in: next)
        }
        logger.log(.reloaded, ["changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: ", "))"])
        let waiting = started.keysAwaitingRestart(in: next).map(\.path)
        if !waiting.isEmpty { logger.log(.restartNeeded, ["keys": "\(waiting.joined(separator: ", "))"]) }
    }
}
