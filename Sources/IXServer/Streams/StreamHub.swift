import FoundationEssentials
import IXConcurrency
import IXCore
import IXRepresentation
import IXStore
import Synchronization

/// Looks at the followed jobs and at the queue once a second, for all streams together.
///
/// Concurrency: safe from any task.
final class StreamHub: Sendable {
    /// What a stream finds at a moment.
    struct View<Value: Sendable>: Sendable {
        /// The newest value; nil before the first look, and for a job that is gone.
        let value: Value?
        /// True once a look was made since the stream began.
        let isKnown: Bool
        /// Opens after the next look.
        let round: Latch
        let isDrained: Bool
    }

    private struct State {
        var streams = 0
        var jobs: [UUID: Int] = [:]
        var pulses: [UUID: JobPulse] = [:]
        var seen: Set<UUID> = []
        var queueStreams = 0
        var queue: String?
        var queueKey = ""
        var round = Latch()
        var isLooking = false
        var isDrained = false
    }

    private static let pause: Duration = .seconds(1)

    private let calls: StoreCalls
    private let storeName: String
    private let most: Int
    private let state = Mutex(State())

    /// Creates a hub for at most `most` streams.
    init(_ calls: StoreCalls, storeName: String, most: Int) {
        self.calls = calls
        self.storeName = storeName
        self.most = most
    }

    /// Runs `body` as a stream of a job, or of the queue for nil. Throws `overloaded` when there are too many streams.
    func stream(of jobID: UUID?, _ body: () async throws -> Void) async throws {
        let (isTaken, starts) = state.withLock { state in
            guard state.streams < most else { return (false, false) }
            state.streams += 1
            if let jobID { state.jobs[jobID, default: 0] += 1 } else { state.queueStreams += 1 }
            defer { state.isLooking = true }
            return (true, !state.isLooking)
        }
        guard isTaken else { throw Problem.overloaded }
        if starts { Task { await look() } }
        defer { leave(jobID) }
        try await body()
    }

    /// Returns what is known of a followed job.
    func job(_ jobID: UUID) -> View<JobPulse> {
        state.withLock {
            View(
                value: $0.pulses[jobID], isKnown: $0.seen.contains(jobID), round: $0.round, isDrained: $0.isDrained)
        }
    }

    /// Returns the newest statistics as text.
    func queue() -> View<String> {
        state.withLock { View(value: $0.queue, isKnown: $0.queue != nil, round: $0.round, isDrained: $0.isDrained) }
    }

    /// Ends all streams.
    func drain() {
        let round = state.withLock { state in
            state.isDrained = true
            return state.round
        }
        round.open()
    }

    private func leave(_ jobID: UUID?) {
        state.withLock { state in
            state.streams -= 1
            guard let jobID else {
                state.queueStreams -= 1
                return
            }
            let left = (state.jobs[jobID] ?? 1) - 1
            state.jobs[jobID] = left > 0 ? left : nil
            if left <= 0 {
                state.pulses[jobID] = nil
                state.seen.remove(jobID)
            }
        }
    }

    private func look() async {
        while true {
            let (ids, wantsQueue, isOver) = state.withLock { state in
                state.isLooking = state.streams > 0
                return (Array(state.jobs.keys), state.queueStreams > 0, state.streams == 0)
            }
            if isOver { return }
            // ignored: while the store is away, streams keep what they know
            let pulses = ids.isEmpty ? [:] : try? await calls.perform { try $0.pulses(of: ids) }
            let statistics =
                wantsQueue ? try? await calls.perform { try $0.statistics(countingEnded: false) } : nil
            publish(ids, pulses, statistics)
            // ignored: the task is never cancelled
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func publish(_ ids: [UUID], _ pulses: [UUID: JobPulse]?, _ statistics: Statistics?) {
        let text = statistics.map { StatisticsJSON($0, countsEnded: false).text(of: storeName) }
        let key = statistics.map(Self.key)
        let round = state.withLock { state in
            if let pulses {
                for id in ids where state.jobs[id] != nil {
                    state.pulses[id] = pulses[id]
                    state.seen.insert(id)
                }
            }
            if let text, let key, key != state.queueKey { (state.queue, state.queueKey) = (text, key) }
            let round = state.round
            if !state.isDrained { state.round = Latch() }
            return round
        }
        round.open()
    }

    /// The counts without ages, so that a stream tells changes alone.
    private static func key(_ statistics: Statistics) -> String {
        let counts = statistics.useCases.map { "\($0.useCase ?? ""),\($0.due),\($0.scheduled),\($0.running)" }
        let daemons = statistics.daemons.map { "\($0.daemon.daemonID),\($0.jobs),\($0.openBreakers)" }
        let outbox = statistics.callbacks
        return (counts + daemons + ["\(outbox.due),\(outbox.retrying),\(outbox.failed)"]).joined(separator: ";")
    }
}
