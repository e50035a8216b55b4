import IXCommand
import IXConfig
import IXStore

/// `StatisticsCount` reads the statistics for `stats` and `watch`, with the ended jobs as long as their count is quick.
struct StatisticsCount {
    /// Time of a count of all jobs, unless the caller gives one.
    private static let quick: Duration = .seconds(2)

    private let store: RoleStore<any JobReading>
    private let quickStore: RoleStore<any JobReading>?
    private let look = StatisticsLook()
    /// False where ended jobs are left out: on the caller's wish, or once their count took too long.
    private(set) var countsEnded: Bool

    /// Creates the count; with `timeout` every count of all jobs gets this time.
    init(_ configuration: Configuration, countsEnded: Bool, timeout: Duration? = nil) throws {
        self.countsEnded = countsEnded
        store = try configuration.openStore("ixctl", connections: 1, callTimeout: timeout ?? .seconds(60)).reading
        quickStore =
            countsEnded && timeout == nil
            ? try configuration.openStore("ixctl", connections: 1, callTimeout: Self.quick, isSilent: true).reading
            : nil
    }

    /// Reads the statistics once.
    mutating func statistics() async throws(StoreError) -> Statistics {
        guard countsEnded else { return try await live() }
        do {
            return try await (quickStore ?? store).perform { try $0.statistics(countingEnded: true) }
        } catch {
            guard quickStore != nil, error.isTransient else { throw error }
            // The count was too slow, or the store is away: then the second call fails, too.
            let statistics = try await live()
            countsEnded = false
            return statistics
        }
    }

    private func live() async throws(StoreError) -> Statistics {
        try await store.perform { [look] operations throws(StoreError) in try look.statistics(operations) }
    }
}
