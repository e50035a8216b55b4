import FoundationEssentials
import Glibc
import IXCore
import IXStore
import IXTestSupport
import Synchronization
import Testing

/// What a producer at the HTTP API may count on when the daemon is killed.
@Suite(.timeLimit(.minutes(3))) struct ServedCrashTests {
    @Test func `each job that the file's daemon answered for is there after a kill`() async throws {
        try await TestFile.with { file in try await killed(file.path) { file.store() } }
    }

    @Test(.needsPostgres) func `each job that PostgreSQL's daemon answered for is there after a kill`() async throws {
        try await TestDatabase.with { db in try await killed(db.url) { db.store() } }
    }

    /// Posts from eight producers until the daemon is killed, then looks for each job that got an answer.
    private func killed(_ url: String, _ open: () -> any JobStore) async throws {
        let served = try await ServedAddress.running(url)
        let taken = Taken()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<8 {
                group.addTask {
                    for number in 0..<100_000 {
                        let key = "\(producer)-\(number)"
                        let body = #"{"use_case":"echo","ix_client_id":"c","request_id":"\#(key)"}"#
                        // ignored: the daemon is gone, as the test wants it
                        guard let answer = try? await served.post("/v1/jobs", body) else { return }
                        guard answer.status == 201 else { throw TestFailure("\(answer)") }
                        let count = taken.add(key)
                        if count == 200 { served.process.signal(SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
        _ = try await served.process.exitStatus()
        let keys = taken.keys
        #expect(keys.count >= 200 && Set(keys).count == keys.count)
        let store = open()
        let rows = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 100_000) }
        let stored = rows.map(\.names.requestID)
        #expect(Set(stored).count == stored.count, "a key has two rows")
        #expect(Set(keys).isSubset(of: stored), "\(Set(keys).subtracting(stored))")
        // A producer sends all again: the rows that are there are found, answered or not.
        let again = try await ServedAddress.running(url)
        for key in Set(stored).sorted() {
            let body = #"{"use_case":"echo","ix_client_id":"c","request_id":"\#(key)"}"#
            let answer = try await again.post("/v1/jobs", body)
            #expect(answer.status == 200 && answer.body.contains(#""duplicate":true"#), "\(answer)")
        }
        let count = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 100_000) }.count
        #expect(count == stored.count)
        again.process.signal(SIGTERM)
        #expect(try await again.process.exitStatus() == .code(0))
        await store.close()
    }
}

/// The keys of the jobs that got an answer.
private final class Taken: Sendable {
    private let state = Mutex<[String]>([])

    var keys: [String] { state.withLock { $0 } }

    /// Returns the number of keys with this one.
    func add(_ key: String) -> Int {
        state.withLock { keys in
            keys.append(key)
            return keys.count
        }
    }
}
