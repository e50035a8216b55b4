import IXConcurrency
import IXEngine
import Logging
import ServiceLifecycle

/// `DaemonServices` runs the daemon's services in a group. The group ends its services in the order of the drain: the
/// last of the list first.
struct DaemonServices {
    private let group: ServiceGroup
    /// Open once the group runs: a group that is shut down before would never run, and end nothing.
    private let isRunning = Latch()

    /// Creates the group; `run` starts the services. `SignalWatch` keeps all signals, because the second and the third
    /// TERM mean more than a shutdown.
    init(_ engine: Engine, _ composition: Composition) {
        let stores = LoopService("pipelines and stores") { _ in await composition.close() }
        let mark = LoopService("mark") { [isRunning] in
            isRunning.open()
        } end: { _ in
        }
        let quiet = Logger(label: "ix-worker.services") { _ in SwiftLogNoOpLogHandler() }
        group = ServiceGroup(services: [stores] + engine.services + [mark], logger: quiet)
    }

    /// Runs the services until `shutDown`. Failure: throws a service's error; every service has ended then.
    func run() async throws { try await group.run() }

    /// Asks the services to end. Requires: `run` has been called, on any task.
    func shutDown() async {
        await isRunning.wait()
        await group.triggerGracefulShutdown()
    }
}
