import IXConcurrency
import IXStore
import Synchronization

/// `ReleaseDuty` lets the jobs start that waited for others, once these have ended. An end that this daemon wrote wakes the
/// duty, and so does a look that finds the end of another program.
final class ReleaseDuty: StoreDuty {
    let name = "the release of waiting jobs"
    private let store: PostgresStore
    private let state = Mutex(State())

    private struct State {
        /// A round before this moment does nothing, so that many ends share a pass.
        var next = ContinuousClock.now
        /// True when a round is due at `next`.
        var isDue = false
    }

    /// The longest pause, and the shortest.
    private static let (rest, pause) = (Duration.seconds(60), Duration.milliseconds(50))
    private static let batch = 500

    init(_ store: PostgresStore) { self.store = store }

    var interval: Duration {
        let state = state.withLock { $0 }
        return state.isDue ? max(state.next - .now, .zero) : Self.rest
    }

    /// A round that is due is this daemon's: an end asked for it.
    var isShared: Bool { !state.withLock { $0.isDue } }

    func connect(_ nudge: @escaping @Sendable () -> Void) { store.view.signs.forRelease.value = nudge }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        let isEarly = state.withLock { state in
            state.isDue = state.next > .now
            if !state.isDue { state.next = .now + Self.pause }
            return state.isDue
        }
        guard !isEarly else { return [] }
        var released = 0
        var pass: ReleasePass
        repeat {
            progress()
            pass = try await store.operate { operations throws(StoreError) in
                try operations.release(limit: Self.batch)
            }
            released += pass.released
        } while pass.hasMore
        // The other daemon's pass may have begun before the last end.
        if pass.isUnderWay { state.withLock { $0.isDue = true } }
        return released > 0 ? [.jobs(released)] : []
    }
}
