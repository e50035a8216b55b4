import IXConcurrency
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXSQLite

/// Starts and stops of the watch on the file, in any order: each returns, and nothing is left running.
@Suite(.timeLimit(.minutes(2)), .serialized) struct NotifierStopTests {
    private static func notifier(_ store: SQLiteStore) -> SQLiteNotifier {
        SQLiteNotifier(store, logger: Logger(label: "test"))
    }

    /// True when the loop has ended, or never began: a living loop is late in a year.
    private static func isOver(_ notifier: SQLiteNotifier) -> Bool {
        !notifier.liveness.isLate(at: .now + .seconds(365 * 86_400))
    }

    @Test func `a stop right after the start ends the loop, and a second stop returns as well`() async throws {
        try await TestFile.withHeld { _, store in
            for _ in 0..<20 {
                let notifier = Self.notifier(store)
                await notifier.start()
                await notifier.stop()
                #expect(Self.isOver(notifier))
                await notifier.stop()
            }
        }
    }

    @Test func `stops at a time all return after the last notification`() async throws {
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
            await notifier.start()
            await begun.wait()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await notifier.stop()
                    }
                }
            }
            await listener.value
            told.value = false
            try await store.insert("late")
            #expect(!told.value && Self.isOver(notifier))
        }
    }

    @Test func `a stop before the start returns, and a later start notifies of nothing`() async throws {
        try await TestFile.withHeld { _, store in
            let notifier = Self.notifier(store)
            await notifier.stop()
            let notifications = notifier.subscribe()
            await notifier.start()
            for await _ in notifications { Issue.record("a notification after the stop") }
            await notifier.stop()
            #expect(Self.isOver(notifier))
        }
    }

    @Test func `of a start and a stop at a time both return, and a last stop finds the loop ended`() async throws {
        try await TestFile.withHeld { _, store in
            for _ in 0..<30 {
                let notifier = Self.notifier(store)
                async let start: Void = notifier.start()
                async let stop: Void = notifier.stop()
                _ = await (start, stop)
                await notifier.stop()
                #expect(Self.isOver(notifier))
            }
        }
    }
}
