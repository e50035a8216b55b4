import IXConcurrency
import IXStore

/// `ReleaseDuty` lets the jobs start that waited for others, once these have ended.
final class ReleaseDuty: StoreDuty {
    let name = "the release of waiting jobs"
    private let store: PostgresStore
    private let waits = Locked(false)

    /// The pauses while a job waits for others, and while none does.
    private static let (interval, rest) = (Duration.milliseconds(100), Duration.seconds(1))
    private static let batch = 500

    init(_ store: PostgresStore) { self.store = store }

    var interval: Duration { waits.value ? Self.interval : Self.rest }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        let look = try await store.operate { operations throws(StoreError) in try operations.lookAtDependencies() }
        waits.value = look.waits || look.hasNotes
        guard look.hasNotes else { return [] }
        var released = 0
        var hasMore = true
        while hasMore {
            progress()
            let pass = try await store.operate { operations throws(StoreError) in
                try operations.release(limit: Self.batch)
            }
            released += pass.released
            hasMore = pass.hasMore
        }
        return released > 0 ? [.jobs(released)] : []
    }
}
