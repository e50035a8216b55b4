package import IXConcurrency
package import IXStore

/// A notifier that tells an engine of a store in memory.
package final class MemoryNotifier: JobNotifier {
    package let liveness = Liveness("the notifier", nextWithin: .seconds(1_000_000_000))
    private let isStarted = Locked(false)
    private let life = LoopLife()
    private let feed = NotificationFeed()

    package var isListening: Bool { isStarted.value }

    package func subscribe() -> AsyncStream<JobNotification> { feed.subscribe() }

    package func run(among neighbours: @escaping @Sendable () -> Neighbours) async {
        await life.run {
            isStarted.value = true
            for kind in [JobNotification.jobs(1), .cancels, .callbacks, .schedules] { feed.send(kind) }
            await life.stopping.wait()
            isStarted.value = false
            feed.finish()
            liveness.end()
        }
    }

    package func stop() {
        life.stop()
        if life.ended.isOpen { feed.finish() }
    }

    /// Sends a notification to the engine; before the run the notification is lost.
    package func notify(_ notification: JobNotification) { if isStarted.value { feed.send(notification) } }
}
