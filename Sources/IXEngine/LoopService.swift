import IXConcurrency
import ServiceLifecycle

/// `LoopService` is a part of the daemon as a service of a group: a loop, and its end when the group's shutdown comes to
/// the part.
///
/// Guarantees: the service returns when `end` does, even when the loop still runs. A loop that a silent store holds
/// therefore holds up no drain.
package struct LoopService: Service, CustomStringConvertible {
    /// The part's name, for the group's messages.
    package let description: String
    private let loop: @Sendable () async -> Void
    private let end: @Sendable (_ loop: Task<Void, Never>) async -> Void

    /// Creates a service. `end` stops the loop and waits for the loop's end, as long as the part may take.
    package init(
        _ name: String, loop: @escaping @Sendable () async -> Void = {},
        end: @escaping @Sendable (_ loop: Task<Void, Never>) async -> Void
    ) {
        description = name
        self.loop = loop
        self.end = end
    }

    /// Runs the loop until the group's shutdown comes to the service, and then ends the loop.
    package func run() async {
        // Detached, so that the loop's tasks carry none of the group's task-local values.
        // On a queue of its own, because a pipeline's tasks may hold the pool that all tasks share.
        let executor = DispatchQueueExecutor(label: "ix.service")
        let running = Task.detached(executorPreference: executor) { [loop] in await loop() }
        // `gracefulShutdown()` would return through a task on that pool. A cancelled group ends its parts as well.
        let shutdown = Latch()
        await withTaskCancellationOrGracefulShutdownHandler {
            await shutdown.wait()
        } onCancelOrGracefulShutdown: {
            shutdown.open()
        }
        await end(running)
    }
}
