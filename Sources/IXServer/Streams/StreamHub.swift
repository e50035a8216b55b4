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
    struct JobView: Sendable {
        /// The newest pulse; nil before the first look, and for a job that is gone.
        let pulse: JobPulse?
        /// True once a look was made since the stream began.
        let isKnown: Bool
        /// Number of changes seen since the job's first stream began.
        let changes: Int
        /// Opens after the next look.
        let round: Latch
        let isDrained: Bool
    }

    /// What a stream of the queue finds at a moment.
    struct QueueView: Sendable {
        let events: [(number: Int, value: String)]
        /// Events that the reader was too slow for.
        let missed: Int
        let round: Latch
        let isDrained: Bool
    }

    private struct FollowedJob {
        var streams = 0
        var pulse: JobPulse?
        var isSeen = false
        var changes = 0
    }

    private struct State {
        var streams = 0
        var jobs: [UUID: FollowedJob] = [:]
        var queueStreams = 0
        var queue = EventBacklog<String>()
        var queueKey = ""
        var round = Latch()
        var isLooking = false
        var isDrained = false
    }

    private let calls: StoreCalls
    private let queueReads: QueueReads
    private let storeName: String
    private let limits: ServerLimits
    private let state = Mutex(State())
    /// Tells this server's event ids from those of an earlier start or of a neighbour.
    private let mark = String(KernelRandom.word(), radix: 36)

    /// The open streams.
    var count: Int { state.withLock { $0.streams } }

    /// Creates a hub for at most `limits.streams` streams.
    init(_ calls: StoreCalls, _ queueReads: QueueReads, storeName: String, limits: ServerLimits) {
        (self.calls, self.queueReads) = (calls, queueReads)
        self.storeName = storeName
        self.limits = limits
    }

    /// Runs `body` as a stream of a job, or of the queue for nil. Throws `overloaded` when there are too many streams.
    func stream(of jobID: UUID?, _ body: () async throws -> Void) async throws {
        let (isTaken, starts) = state.withLock { state in
            guard state.streams < limits.streams else { return (false, false) }
            state.streams += 1
            if let jobID { state.jobs[jobID, default: FollowedJob()].streams += 1 } else { state.queueStreams += 1 }
            defer { state.isLooking = true }
            return (true, !state.isLooking)
        }
        guard isTaken else { throw Problem.overloaded }
        if starts { Task { await look() } }
        defer { leave(jobID) }
        try await body()
    }

    /// Returns what is known of a followed job.
    func job(_ jobID: UUID) -> JobView {
        state.withLock { state in
            let job = state.jobs[jobID] ?? FollowedJob()
            return JobView(
                pulse: job.pulse, isKnown: job.isSeen, changes: job.changes, round: state.round,
                isDrained: state.isDrained)
        }
    }

    /// Returns the events of the queue behind number `known`: statistics as text.
    func queue(after known: Int) -> QueueView {
        state.withLock { state in
            let (events, missed) = state.queue.read(after: known)
            return QueueView(events: events, missed: missed, round: state.round, isDrained: state.isDrained)
        }
    }

    /// Returns the id of an event of the queue.
    func id(of number: Int) -> String { "\(mark)-\(number)" }

    /// Returns the number behind which a stream of the queue begins: behind the event that its reader has seen, else
    /// before the newest. `isLost` is true for the id of another server, whose events can't be told from here.
    func start(after id: String?) -> (number: Int, isLost: Bool) {
        let last = state.withLock { $0.queue.last }
        guard let id, !id.isEmpty else { return (max(0, last - 1), false) }
        let parts = id.split(separator: "-")
        guard parts.count == 2, parts[0] == mark, let number = Int(parts[1]), (0...last).contains(number) else {
            return (max(0, last - 1), true)
        }
        return (number, false)
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
            state.jobs[jobID]?.streams -= 1
            if state.jobs[jobID]?.streams ?? 0 <= 0 { state.jobs[jobID] = nil }
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
                wantsQueue
                ? try? await queueReads.reader().statistics { try $0.statistics(countingEnded: false) } : nil
            publish(ids, pulses, statistics)
            // ignored: the task is never cancelled
            try? await Task.sleep(for: limits.look)
        }
    }

    private func publish(_ ids: [UUID], _ pulses: [UUID: JobPulse]?, _ statistics: Statistics?) {
        let text = statistics.map { StatisticsJSON($0, countsEnded: false).text(of: storeName) }
        let key = statistics.map(Self.key)
        let round = state.withLock { state in
            if let pulses {
                for id in ids {
                    guard var job = state.jobs[id] else { continue }
                    if job.pulse != pulses[id] { job.changes += 1 }
                    (job.pulse, job.isSeen) = (pulses[id], true)
                    state.jobs[id] = job
                }
            }
            if let text, let key, key != state.queueKey {
                state.queue.append(text)
                state.queueKey = key
            }
            let round = state.round
            if !state.isDrained { state.round = Latch() }
            return round
        }
        round.open()
    }

    /// The counts without ages, so that a stream tells changes alone.
    private static func key(_ statistics: Statistics) -> String {
        let counts = statistics.useCases.map {
            "\($0.useCase ?? ""),\($0.due),\($0.held),\($0.scheduled),\($0.running)"
        }
        let daemons = statistics.daemons.map { lease in
            let parts: [Any] = [
                lease.daemon.daemonID, lease.jobs, lease.openBreakers, lease.daemon.serves ?? [],
                lease.daemon.workers ?? -1, lease.wantedWorkers ?? -1,
            ]
            return parts.map { "\($0)" }.joined(separator: ",")
        }
        let outbox = statistics.callbacks
        // A copy that falls behind is a change, because a reader must see the age of what it shows.
        let lag = statistics.dataAge > 1 ? Int(statistics.dataAge) : 0
        return (counts + daemons + ["\(outbox.due),\(outbox.retrying),\(outbox.failed),\(lag)"]).joined(separator: ";")
    }
}
