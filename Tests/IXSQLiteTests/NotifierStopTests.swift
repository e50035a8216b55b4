import IXConcurrency
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXSQLite

/// Runs and stops of the watch on the file, in any order: each returns, and nothing is left running.
@Suite(.timeLimit(.minutes(2)), .serialized) struct NotifierStopTests {
    private static func notifier(_ store: SQLiteStore) -> SQLiteNotifier {
        SQLiteNotifier(store, logger: Logger(label: "test"))
    }

    /// True when the loop has ended, or never began: a living loop is late in a year.
    private static func isOver(_ notifier: SQLiteNotifier) -> Bool {
        !notifier.liveness.isLate(at: .now + .seconds(365 * 86_400))
    }

    @Test func `a run and its stops all return, in any order, and the loop has ended`() async throws {
        try await TestFile.withHeld { _, store in
            let notifiers = Locked<[SQLiteNotifier]>([])
            await raceStops {
                let notifier = Self.notifier(store)
                notifiers.value.append(notifier)
                return RacedLoop(run: { await notifier.run() }, stop: { notifier.stop() })
            }
            #expect(notifiers.value.count == 100 && notifiers.value.allSatisfy(Self.isOver))
        }
    }

    @Test func `a run returns after the last notification`() async throws {
        try await TestFile.withHeld { _, store in
            let notifier = Self.notifier(store)
            let told = Locked(false)
            let begun = Latch()
            let notifications = notifier.subscribe()
            let listener = Task {
                for await _ in notifications {
                    told.value = true
                    begun.open()
                }
            }
            let run = Task { await notifier.run() }
            await begun.wait()
            notifier.stop()
            await run.value
            await listener.value
            told.value = false
            try await store.insert("late")
            #expect(!told.value && Self.isOver(notifier))
        }
    }

    @Test func `a stop before the run ends every stream, and a later run notifies of nothing`() async throws {
        try await TestFile.withHeld { _, store in
            let notifier = Self.notifier(store)
            let early = notifier.subscribe()
            notifier.stop()
            await notifier.run()
            for notifications in [early, notifier.subscribe()] {
                for await _ in notifications { Issue.record("a notification after the stop") }
            }
            #expect(Self.isOver(notifier))
        }
    }
}
