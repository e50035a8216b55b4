import IXConcurrency
import Logging
package import ServiceLifecycle

/// `LoopGroup` runs services in a group of the service life cycle. The group ends its services in the order of the drain:
/// the last of the list first.
package struct LoopGroup: Sendable {
    private let group: ServiceGroup
    /// Open once the group runs: a group that is shut down before would never run, and end nothing.
    private let isRunning = Latch()

    /// Creates the group; `run` starts the services. The caller keeps all signals.
    package init(_ services: [any Service]) {
        let mark = LoopService("mark") { [isRunning] in
            isRunning.open()
        } end: { _ in
        }
        let quiet = Logger(label: "ix-worker.services") { _ in SwiftLogNoOpLogHandler() }
        group = ServiceGroup(services: services + [mark], logger: quiet)
    }

    /// Runs the services until `shutDown`. Failure: throws a service's error; every service has ended then.
    package func run() async throws { try await group.run() }

    /// Asks the services to end. Requires: `run` has been called, on any task.
    package func shutDown() async {
        await isRunning.wait()
        await group.triggerGracefulShutdown()
    }
}
