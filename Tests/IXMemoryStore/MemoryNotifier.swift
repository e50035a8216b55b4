package import IXConcurrency
package import IXStore
import Synchronization

/// A notifier that tells an engine of a store in memory.
package final class MemoryNotifier: JobNotifier {
    package let liveness = Liveness("the notifier", nextWithin: .seconds(1_000_000_000))
    private let listener = Mutex<(@Sendable (JobNotification) -> Void)?>(nil)

    package var isListening: Bool { listener.withLock { $0 != nil } }

    package func start(_ onNotification: @escaping @Sendable (JobNotification) -> Void) async {
        listener.withLock { $0 = onNotification }
        onNotification(.jobs(1))
    }

    package func stop() async {
        listener.withLock { $0 = nil }
        liveness.end()
    }

    /// Sends a notification to the engine; without a start the notification is lost.
    package func notify(_ notification: JobNotification) { listener.withLock { $0 }?(notification) }
}
