import IXCore
import IXStore

/// Reads the queue's statistics repeatedly and computes rates between two reads.
struct Watch {
    private let store: RoleStore<any JobReading>
    private var counting: StatisticsCount
    private(set) var view = WatchView()
    private var lastLook: ContinuousClock.Instant?
    private var awaySince: ContinuousClock.Instant?

    init(store: RoleStore<any JobReading>, _ counting: StatisticsCount) {
        (self.store, self.counting) = (store, counting)
    }

    /// Reads the statistics once and returns how long the read took. A `StoreError` is shown as trouble and does not
    /// end the program.
    mutating func look() async -> Duration {
        let start = ContinuousClock.now
        do throws(StoreError) {
            let statistics = try await counting.statistics()
            view.countsEnded = counting.countsEnded
            note(statistics, try await newestErrors(), at: start)
        } catch {
            let since = awaySince ?? start
            awaySince = since
            view.trouble = (error.description, (ContinuousClock.now - since).inSeconds)
        }
        return .now - start
    }

    private func newestErrors() async throws(StoreError) -> [JobSummary] {
        let walk = ListWalk(JobFilter(statuses: [.error]), from: nil, store, budget: Self.budget)
        do { return try await walk.page(5).jobs } catch let error as StoreError { throw error } catch {
            throw StoreError(.internal, operation: "list", message: "\(error)")
        }
    }

    /// Time for the search of errors: older ones are left out where few jobs fail.
    private static let budget: Duration = .milliseconds(200)

    private mutating func note(_ statistics: Statistics, _ errors: [JobSummary], at time: ContinuousClock.Instant) {
        if let lastLook, let before = view.statistics?.total, view.countsEnded {
            let (now, seconds) = (statistics.total, max(0.001, (time - lastLook).inSeconds))
            // Pruning deletes rows between two reads; the rate stays at 0 instead of negative.
            view.inserted = max(0, Double(now.jobs - before.jobs) / seconds)
            view.ended = max(0, Double(now.done + now.error - before.done - before.error) / seconds)
        }
        if !view.countsEnded { (view.inserted, view.ended) = (nil, nil) }
        lastLook = time
        awaySince = nil
        view.trouble = nil
        view.statistics = statistics
        view.errors = errors
    }
}

extension UseCaseCounts {
    fileprivate var jobs: Int { due + scheduled + running + done + error }
}
