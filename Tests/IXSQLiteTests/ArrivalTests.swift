import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Logging
import Synchronization
import Testing

@testable import IXSQLite

/// Jobs that another program puts into the file are noticed at once, and nothing else is.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ArrivalTests {
    @Test func `a job from another connection is noticed, one for later is not`() async throws {
        try await TestFile.withHeld { file, store in
            let notifier = SQLiteNotifier(store, logger: Logger(label: "test"))
            let hints = Hints()
            hints.start(notifier)
            // The first hint comes with the start: something may have been missed.
            #expect(try await eventually { hints.count == 1 })
            #expect(notifier.isListening)
            let foreign = try Foreign(file)
            try foreign.sql(
                "INSERT INTO ix_enqueue (request, run_at) VALUES (?, '2199-01-01T00:00:00.000000Z')", [request("later")]
            )
            try foreign.sql("INSERT INTO ix_enqueue (request) VALUES (?)", [request("now")])
            let start = ContinuousClock.now
            // Hints that wait are merged; one by itself counts the job that is due, and not the later one.
            #expect(try await eventually { hints.all.dropFirst().contains(1) })
            #expect(ContinuousClock.now - start < .seconds(5))
            await hints.stop(notifier)
        }
    }

    /// The log is written before the disk has it, and the commit itself changes nothing that could be watched.
    @Test func `a job whose commit takes its time is noticed when it is there`() async throws {
        try await TestFile.withHeld { file, store in
            let notifier = SQLiteNotifier(store, logger: Logger(label: "test"))
            let hints = Hints()
            hints.start(notifier)
            #expect(try await eventually { hints.count == 1 })
            let foreign = try Foreign(file)
            // So little memory that the log is written long before the commit.
            try foreign.sql("PRAGMA cache_size = 1")
            try foreign.sql("BEGIN IMMEDIATE")
            for number in 0..<200 {
                try foreign.sql("INSERT INTO ix_enqueue (request) VALUES (?)", [request("\(number)")])
            }
            let early = hints.count
            try foreign.sql("UPDATE ix_jobs SET run_at = '2199-01-01T00:00:00.000000Z' WHERE request_id <> '7'")
            try foreign.sql("COMMIT")
            #expect(try await eventually { hints.count > 1 })
            #expect(early == 1)
            await hints.stop(notifier)
        }
    }

    @Test func `the cancel of a running job is noticed, once for each`() async throws {
        try await TestFile.withHeld { file, store in
            let notifier = SQLiteNotifier(store, logger: Logger(label: "test"))
            let hints = Hints()
            for key in ["a", "b"] { try await store.insert(key) }
            let daemon = try await store.daemon()
            let running = [try await store.claim(daemon), try await store.claim(daemon)].compactMap {
                $0?.attempt.jobID
            }
            hints.start(notifier)
            for (count, job) in running.enumerated() {
                #expect(hints.cancels == count)
                _ = try await store.perform { try $0.cancel(job) }
                #expect(try await eventually { hints.cancels == count + 1 })
            }
            await hints.stop(notifier)
        }
    }

    private func request(_ id: String) -> String {
        #"{"use_case":"echo","ix_client_id":"c","request_id":"\#(id)"}"#
    }
}

/// What was told; the lock of `Mutex`.
private final class Hints: Sendable {
    private let told = Mutex<[JobNotification]>([])
    /// Of jobs.
    var all: [Int] {
        told.withLock { $0.compactMap { if case .jobs(let count) = $0 { count } else { nil } } }
    }
    var count: Int { all.count }
    var cancels: Int { told.withLock { $0.count { $0 == .cancels } } }
    private let running = Mutex<Task<Void, Never>?>(nil)
    func start(_ notifier: SQLiteNotifier) {
        let notifications = notifier.subscribe()
        Task { for await notification in notifications { self.add(notification) } }
        running.withLock { $0 = Task { await notifier.run() } }
    }
    /// Stops the notifier; returns when its loop has ended.
    func stop(_ notifier: SQLiteNotifier) async {
        notifier.stop()
        await running.withLock { $0 }?.value
    }
    private func add(_ notice: JobNotification) { told.withLock { $0.append(notice) } }
}
