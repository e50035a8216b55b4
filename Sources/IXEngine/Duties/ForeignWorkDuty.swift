import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `ForeignWorkDuty` asks the store for jobs without a pipeline in this daemon, for the neighbours (the daemons that share
/// the store), and for what the sweep and the check of the suspects have to do.
///
/// Claims leave out the unserved use cases while such jobs exist, or while another daemon serves different use cases. A
/// job that no daemon has served for too long ends in `unknown_use_case`.
final class ForeignWorkDuty: Duty {
    let name = "the search for foreign jobs"
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    private let unserved = Mutex(UnservedTimes())
    /// The queues named by the last round as those that no daemon takes.
    private let unservedQueues = Mutex(Set<String>())
    private static let batch = 100

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>) {
        self.shared = shared
        self.store = store
    }

    var interval: Duration { shared.settings.sweep }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let served = shared.admission.served
        progress()
        let count = shared.admission.foreignCount
        let daemonID = shared.registration.daemonID
        let work = try await store.perform { try $0.foreignWork(daemonID, serving: served) }
        shared.neighbours.value = Neighbours(count: max(work.daemons, 1), rank: work.rank)
        shared.idleWorkers.hasNeighbours = work.daemons > 1
        shared.admission.decideNarrow(work.isAny, since: count)
        shared.onNeeds.value(work.needs)
        let limit = shared.settings.unservedAfter
        let (news, over) = unserved.withLock { $0.note(work.unserved, at: .now, limit: limit, rounds: interval) }
        for useCase in news {
            shared.logger.log(.jobsUnserved, ["use_case": "\(useCase)", "seconds": .wholeSeconds(limit)])
        }
        try await nameUnservedQueues(progress)
        guard !over.isEmpty else { return }
        try await end(over, limit, progress)
    }

    /// Logs each queue once while no live daemon takes it. A daemon that takes every queue need not ask.
    private func nameUnservedQueues(_ progress: @Sendable () -> Void) async throws(StoreError) {
        guard shared.registration.queues != nil else { return }
        progress()
        let found = try await store.perform { try $0.unservedQueues() }
        let before = unservedQueues.withLock { known in
            defer { known = Set(found.map(\.queue)) }
            return known
        }
        for queue in found where !before.contains(queue.queue) {
            shared.logger.log(.queueUnserved, ["queue": "\(queue.queue)", "jobs": .number(queue.jobs)])
        }
    }

    private func end(
        _ useCases: [String], _ age: Duration, _ progress: @Sendable () -> Void
    ) async throws(StoreError) {
        while true {
            progress()
            let ended = try await store.perform { try $0.endUnserved(useCases, dueFor: age, limit: Self.batch) }
            for row in ended { log(row) }
            if ended.count < Self.batch { return }
        }
    }

    private func log(_ row: HandedBack) {
        var logger = shared.logger
        logger[metadataKey: "job_id"] = "\(row.jobID.uuidString.lowercased())"
        logger.add(row.names)
        logger.log(.jobError, ["code": "\(row.errorCode ?? "")"])
        shared.effects.conclude(row, by: .unserved)
    }
}

/// `UnservedTimes` measures for how long this daemon has seen use cases that no daemon serves.
///
/// Only time between two rounds counts, and at most the time of two intervals. A daemon that slept, or whose database
/// was away, doesn't know the time between.
struct UnservedTimes {
    private var seen: [String: Duration] = [:]
    private var last: ContinuousClock.Instant?

    /// Returns the use cases not seen in the previous round (`news`), and the use cases unserved for at least `limit`
    /// (`over`).
    mutating func note(
        _ useCases: [String], at now: ContinuousClock.Instant, limit: Duration, rounds: Duration
    ) -> (news: [String], over: [String]) {
        let passed = min(last.map { now - $0 } ?? .zero, rounds * 2)
        last = now
        let news = useCases.filter { seen[$0] == nil }
        seen = Dictionary(
            useCases.map { ($0, seen[$0].map { $0 + passed } ?? .zero) }, uniquingKeysWith: { first, _ in first })
        return (news, useCases.filter { seen[$0]! >= limit })
    }
}
