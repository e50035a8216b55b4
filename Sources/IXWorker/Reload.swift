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

    /// What was wrong at the last reload, so that an older configuration than the files' is in force; empty: nothing.
    var refusal: [String] { faults.withLock { $0 } }

    /// Where those who ask for a reload wait for its answer: the service's own directory, else the state's.
    static func folder(_ environment: [String: String], state: () throws -> String) rethrows -> String {
        try environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init) ?? state()
    }

    /// Takes the configuration on, and answers those who wait for that in `folder` after `then`, which is told the faults.
    /// `apply` throws when the configuration asks for what can't be built; it then has changed nothing.
    func perform(
        answeringIn folder: String, _ apply: (Configuration) throws -> Void, then: ([String]) -> Void
    ) {
        let waiting = ReloadCall.waiting(in: folder)
        perform(apply)
        then(refusal)
        ReloadCall.tell(waiting, faults: refusal)
    }

    private func perform(_ apply: (Configuration) throws -> Void) {
        logger.tell(.reloading)
        let next: Configuration
        do {
            // A file that is away for a moment would take all pipelines with it.
            next = try read(applied.withLock { $0.files })
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
        self.faults.withLock { $0 = faults }
    }

    private func tell(_ next: Configuration) {
        faults.withLock { $0 = [] }
        let changed = applied.withLock { applied in
            defer { applied = next }
            return applied.keysTakingEffect(in: next)
        }
        logger.tell(.reloaded, ["changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: ", "))"])
        let waiting = started.keysAwaitingRestart(in: next).map(\.path)
        if !waiting.isEmpty { logger.tell(.restartNeeded, ["keys": "\(waiting.joined(separator: ", "))"]) }
    }
}
