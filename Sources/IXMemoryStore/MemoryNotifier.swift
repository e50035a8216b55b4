package import IXConcurrency
package import IXStore

/// A notifier that tells an engine of a store in memory.
package final class MemoryNotifier: JobNotifier {
    package let liveness = Liveness("the notifier", nextWithin: .seconds(1_000_000_000))
    private let isStarted = Locked(false)
    private let current = Locked(NotificationFeed())
    private var feed: NotificationFeed { current.value }

    package var isListening: Bool { isStarted.value }

    package func subscribe() -> AsyncStream<JobNotification> { feed.subscribe() }

    package func start(among neighbours: @escaping @Sendable () -> Neighbours) async {
        isStarted.value = true
        feed.send(.jobs(1))
    }

    package func stop() async {
        isStarted.value = false
        feed.finish()
        // The next engine on the store subscribes anew.
        current.value = NotificationFeed()
        liveness.end()
    }

    /// Sends a notification to the engine; without a start the notification is lost.
    package func notify(_ notification: JobNotification) { if isStarted.value { feed.send(notification) } }
}
