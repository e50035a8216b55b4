import IXConcurrency
import IXStore
import IXTelemetry

/// `HistoryDuty` adds what this daemon did to the history, every 10 seconds and at the stop. While nothing happens,
/// nothing is written.
///
/// A killed daemon loses up to 10 seconds of statistics. A write whose reply was lost may be counted twice.
final class HistoryDuty: Duty {
    let name = "the history"
    let interval = Duration.seconds(10)
    private let meters: DaemonMeters
    private let store: RoleStore<any HistoryRecords>
    private let last = Locked<[String: JobTally]>([:])
    /// Errors with codes of pipelines that are not written yet.
    private let unwritten = Locked<[String: [String: Int]]>([:])

    init(_ meters: DaemonMeters, store: any JobStore) {
        self.meters = meters
        self.store = store.history
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) { try await flush() }

    /// Writes what happened since the last write.
    func flush() async throws(StoreError) {
        let tallies = meters.registry.tallies
        var own = unwritten.value
        for (useCase, codes) in meters.jobs.takeOwnCodes() {
            own[useCase, default: [:]].merge(codes, uniquingKeysWith: +)
        }
        unwritten.value = own
        let before = last.value
        let buckets = tallies.compactMap { useCase, tally in
            HistoryBucket(useCase, tally.since(before[useCase] ?? JobTally()), own[useCase] ?? [:])
        }.sorted { $0.useCase < $1.useCase }
        guard !buckets.isEmpty else { return }
        try await store.perform { try $0.addHistory(buckets) }
        (last.value, unwritten.value) = (tallies, [:])
    }
}

extension HistoryBucket {
    /// Creates the bucket of a tally; nil when nothing happened.
    fileprivate init?(_ useCase: String, _ tally: JobTally, _ own: [String: Int]) {
        guard !tally.isEmpty else { return nil }
        self.init(useCase: useCase)
        (claimed, done, error, handedBack) = (tally.claimed, tally.done, tally.error, tally.handedBack)
        (waitSeconds, runSeconds) = (tally.waitSeconds, tally.runSeconds)
        if tally.waits.contains(where: { $0 > 0 }) { waits = tally.waits }
        if tally.runs.contains(where: { $0 > 0 }) { runs = tally.runs }
        errors = tally.errors.filter { $0.key != ErrorCodes.own }.merging(own, uniquingKeysWith: +)
    }
}
