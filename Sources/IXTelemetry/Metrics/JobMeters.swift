import CoreMetrics
import Synchronization

/// `JobMeters` counts the jobs of this daemon, by use case.
///
/// Guarantees: the use cases of the configuration, then the first to arrive, up to 75 in all, have series of their own;
/// all others share the series `other`. Producers choose use cases, so their number has no natural limit.
/// Concurrency: safe from any thread. A worker counts through `Cache`, which takes no lock once its use cases are known.
package final class JobMeters: Sendable {
    private static let most = 75
    /// Series of errors by use case and code.
    private static let mostErrors = 300

    private let fencedResults: Counter
    private let expiredJobs: Counter
    private let swept: (pending: Counter, error: Counter)
    private let pruned: (done: Counter, error: Counter)

    private let factory: any MetricsFactory
    private let known = Mutex<[String: UseCaseMeters]>([:])
    /// The pairs of a use case and a queue with series of their own.
    private let queues = Mutex<Set<[String]>>([])
    fileprivate let isFull = Atomic(false)
    fileprivate let other: UseCaseMeters
    private let errorSeries = CounterCell()

    /// Creates the counts, all zero.
    init(_ factory: any MetricsFactory) {
        self.factory = factory
        fencedResults = Counter(.jobsFenced, factory: factory)
        expiredJobs = Counter(.jobsExpired, factory: factory)
        swept = (Counter(.jobsSwept, ["pending"], factory), Counter(.jobsSwept, ["error"], factory))
        pruned = (Counter(.jobsPruned, ["done"], factory), Counter(.jobsPruned, ["error"], factory))
        other = UseCaseMeters(UseCaseMeters.rest, factory) { true }
    }

    /// Gives the use cases of the configuration series of their own, before others arrive.
    package func reserve(_ useCases: [String]) {
        for useCase in useCases { _ = meters(of: useCase) }
    }

    /// Returns the counts of a use case; the shared ones for a row without a use case.
    package func meters(of useCase: String?) -> UseCaseMeters {
        guard let useCase, useCase != UseCaseMeters.rest else { return other }
        return known.withLock { known in
            if let meters = known[useCase] { return meters }
            guard known.count < Self.most else { return other }
            let meters = UseCaseMeters(useCase, factory) { [errorSeries] in
                errorSeries.increment(by: 1)
                return errorSeries.value <= Self.mostErrors
            }
            known[useCase] = meters
            if known.count == Self.most { isFull.store(true, ordering: .releasing) }
            return meters
        }
    }

    /// Returns the errors with pipelines' own codes since the last call, by use case and code.
    package func takeOwnCodes() -> [String: [String: Int]] {
        var taken = all.mapValues { $0.takeOwnCodes() }
        taken[UseCaseMeters.rest] = other.takeOwnCodes()
        return taken.filter { !$0.value.isEmpty }
    }

    /// Returns the value of the label `use_case`.
    package func label(of useCase: String?) -> String { meters(of: useCase).useCase }

    /// Returns the value of the label `queue`. Up to 75 pairs of a use case and a queue of another name have series of
    /// their own; all others of the use case share the queue `other`.
    package func queueLabel(_ queue: String?, of useCase: String) -> String {
        guard let queue, useCase != UseCaseMeters.rest else { return useCase }
        return queues.withLock { known in
            if known.contains([useCase, queue]) { return queue }
            guard known.count < Self.most else { return UseCaseMeters.rest }
            known.insert([useCase, queue])
            return queue
        }
    }

    /// The use cases with series of their own.
    package var labels: [String] { Array(all.keys) }

    /// The counts by use case, without the shared ones.
    fileprivate var all: [String: UseCaseMeters] { known.withLock { $0 } }

    /// Counts a result that the fence refused.
    package func fenced() { fencedResults.increment() }

    /// Counts a swept job; `isOver` says that the job ended instead of going back.
    package func swept(isOver: Bool) { (isOver ? swept.error : swept.pending).increment() }

    /// Counts a job that ended because its `expires_at` had passed.
    package func expired() { expiredJobs.increment() }

    /// Counts deleted jobs.
    package func pruned(done: Int, error: Int) {
        pruned.done.increment(by: done)
        pruned.error.increment(by: error)
    }

    /// `Cache` finds the counts of a use case for one worker.
    package struct Cache {
        private let meters: JobMeters
        private var known: [String: UseCaseMeters] = [:]
        /// The last answer: a worker's jobs are often alike, and a comparison costs less than a hash.
        private var last: UseCaseMeters?
        private var isComplete = false

        /// Creates an empty cache.
        package init(_ meters: JobMeters) { self.meters = meters }

        /// Returns the counts of a use case.
        package mutating func of(_ useCase: String?) -> UseCaseMeters {
            guard let useCase else { return meters.other }
            if let last, last.useCase == useCase { return last }
            if let found = known[useCase] {
                last = found
                return found
            }
            guard !isComplete else { return meters.other }
            if meters.isFull.load(ordering: .acquiring) {
                (known, isComplete) = (meters.all, true)
                return known[useCase] ?? meters.other
            }
            let found = meters.meters(of: useCase)
            if found !== meters.other { known[useCase] = found }
            return found
        }
    }
}

extension Counter {
    fileprivate convenience init(_ family: MetricFamily, factory: any MetricsFactory) {
        self.init(family, [], factory)
    }
}
