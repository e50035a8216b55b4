import IXConcurrency
import IXStore
import IXTelemetry
import Synchronization

/// `LevelsView` has the levels of the queue for scrapes: the levels which a daemon kept, or, when older than 30
/// seconds, the levels of a look of its own, at most every 5 seconds.
final class LevelsView: Sendable {
    private struct Seen {
        let levels: QueueLevels
        /// Seconds since the look, at `at`.
        let age: Double
        let at: ContinuousClock.Instant
        let isOwn: Bool
    }

    private let reads: QueueReads
    private let look = QueueLook()
    private let seen = Locked<Seen?>(nil)
    /// Opens when the question under way has ended; nil while there is none.
    private let question = Mutex<Latch?>(nil)
    private static let longest = Duration.seconds(2)

    init(_ reads: QueueReads) { self.reads = reads }

    /// Returns the levels and the seconds since their look; nil when the store doesn't answer within 2 seconds.
    func levels() async -> LevelsReading? {
        if let seen = seen.value, Self.isFresh(seen) { return Self.reading(seen) }
        // The store may be silent: one question is under way at most, and no scrape waits longer than the limit.
        let (done, isFirst) = question.withLock { question in
            if let question { return (question, false) }
            let done = Latch()
            question = done
            return (done, true)
        }
        if isFirst {
            Task {
                await ask()
                question.withLock { $0 = nil }
                done.open()
            }
        }
        guard await done.wait(upTo: Self.longest), let seen = seen.value, Self.isFresh(seen) else { return nil }
        return Self.reading(seen)
    }

    private func ask() async {
        let own = seen.value.flatMap { $0.isOwn ? $0 : nil }
        do {
            let kept = try await reads.reader().perform { try $0.levels() }
            if let kept, kept.age <= 30 {
                seen.value = Seen(levels: kept.levels, age: kept.age, at: .now, isOwn: false)
                return
            }
            let previous = own?.levels ?? kept?.levels
            let reader = reads.reader()
            var levels = try await reader.perform { [look] in try look.levels($0, after: previous) }
            if let signs = await reader.signs { levels.xminHorizon = signs.xminHorizon?.seconds }
            // The moment of the levels is that of the data.
            let age = reader.age
            levels.at -= age
            seen.value = Seen(levels: levels, age: age, at: .now, isOwn: true)
        } catch {
            // ignored: a scrape tells what is known without the store, and ix_store_up tells the rest
        }
    }

    private static func isFresh(_ seen: Seen) -> Bool {
        ContinuousClock.now - seen.at < (seen.isOwn ? .seconds(5) : .seconds(1))
    }

    private static func reading(_ seen: Seen) -> LevelsReading {
        let passed = ContinuousClock.now - seen.at
        return LevelsReading(levels: seen.levels, age: seen.age + Double(passed.components.seconds))
    }
}

extension LevelsReading {
    /// The levels as samples. Use cases beyond the bound of `jobs` are added up as `other`.
    func samples(_ jobs: JobMeters) -> [MetricSample] {
        var counts: [[String]: [String: Int]] = [:]
        var oldest: [[String]: Double] = [:]
        for label in jobs.labels { counts[[label, label]] = ["due": 0, "held": 0, "scheduled": 0, "running": 0] }
        for one in levels.useCases {
            let useCase = jobs.label(of: one.name)
            let label = [useCase, jobs.queueLabel(one.queue, of: useCase)]
            var own = counts[label] ?? [:]
            own["due", default: 0] += one.due
            own["held", default: 0] += one.held
            own["scheduled", default: 0] += one.scheduled
            own["running", default: 0] += one.running
            if !one.isServed { own["unserved", default: 0] += one.due + one.scheduled }
            counts[label] = own
            if let due = one.oldestDue { oldest[label] = min(oldest[label] ?? due, due) }
        }
        var samples: [MetricSample] = []
        for (label, states) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            for (state, count) in states.sorted(by: { $0.key < $1.key }) {
                samples.append(MetricSample(.queueJobs, label + [state], count))
            }
            samples.append(MetricSample(.queueOldestDueAge, label, oldest[label].map(since) ?? 0))
        }
        return samples + [
            MetricSample(.queueJobsEstimated, [], isTrue: levels.useCases.contains(where: \.isEstimate)),
            MetricSample(.daemonsLive, [], levels.daemons), MetricSample(.callbacks, ["due"], levels.callbacksDue),
            MetricSample(.callbacks, ["retrying"], levels.callbacksRetrying),
            MetricSample(.callbacks, ["failed"], levels.callbacksFailed),
            MetricSample(.callbacksOldestDueAge, [], levels.oldestCallback.map(since) ?? 0),
            MetricSample(.refusedWrites, [], levels.refusedWrites),
            MetricSample(.xminHorizon, [], levels.xminHorizon ?? 0),
        ]
    }

    /// Returns the seconds from a moment of the store's clock to now.
    private func since(_ moment: Double) -> Double { max(0, levels.at - moment + age) }
}
