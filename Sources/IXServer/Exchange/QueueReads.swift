import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Synchronization

/// Reads of the whole queue, answered by a copy of the store where one is near enough, else by the store itself.
final class QueueReads: Sendable {
    private let calls: StoreCalls
    private let copy: (any ReadCopy)?
    private let gate: Gate
    private let counts = Mutex((standby: 0, primary: 0))
    private let question: SharedQuestion<ServerSigns>
    /// Longest wait for a connection to the copy; then the store itself is read.
    private static let patience = Duration.seconds(1)

    /// Creates reads by `copy`, of which at most `width` are under way, and by `calls`.
    init(_ calls: StoreCalls, _ copy: (any ReadCopy)?, width: Int, _ limits: ServerLimits) {
        (self.calls, self.copy) = (calls, copy)
        gate = Gate(slots: width, queue: limits.queue, limit: min(limits.queueTime, Self.patience))
        question = SharedQuestion(pause: .seconds(1), limit: .milliseconds(250)) {
            // ignored: while the store is away, the earlier signs stay
            try? await calls.perform { try $0.serverSigns() }
        }
    }

    /// Returns a reader for one answer. A caller that wants the newest data is answered by the store itself.
    func reader(for call: Call) -> QueueReader { QueueReader(self, isNewest: call.wantsNewest) }

    /// Returns a reader for an answer to every caller.
    func reader() -> QueueReader { QueueReader(self, isNewest: false) }

    /// Runs `body`; with a `moment` only the store, or a copy that has every job up to then, answers. `asOf` is the moment up
    /// to which the value has every change; nil without a copy.
    fileprivate func perform<Value: Sendable>(
        isNewest: Bool, covering moment: Timestamp?,
        _ body: @escaping @Sendable (any QueueReading) throws -> Value
    ) async throws -> (value: Value, asOf: ContinuousClock.Instant?, isOfCopy: Bool) {
        guard let copy else { return (try await calls.perform { try body($0) }, nil, false) }
        if !isNewest, let reading = try await read(copy, moment, body) {
            counts.withLock { $0.standby += 1 }
            return (reading.value, reading.asOf, true)
        }
        if !isNewest { counts.withLock { $0.primary += 1 } }
        let now = ContinuousClock.now
        return (try await calls.perform { try body($0) }, now, false)
    }

    /// Returns nil where the store itself has to answer, also while the copy's connections are held up.
    private func read<Value: Sendable>(
        _ copy: any ReadCopy, _ moment: Timestamp?,
        _ body: @escaping @Sendable (any QueueReading) throws -> Value
    ) async throws -> CopyReading<Value>? {
        do { return try await gate.pass { try await copy.read(covering: moment, body) } } catch let problem as Problem
            where problem.kind == .overloaded
        { return nil }
    }

    /// The signs of the store's server, at most a moment old; nil where the server didn't tell.
    fileprivate var signs: ServerSigns? { get async { await question.value() } }

    /// The samples of the copy, for a scrape.
    var samples: [MetricSample] {
        guard let copy else { return [] }
        let (state, counts) = (copy.state, counts.withLock { $0 })
        return [
            MetricSample(.standbyUp, [], isTrue: state.isAnswering),
            MetricSample(.standbyReads, ["standby"], counts.standby),
            MetricSample(.standbyReads, ["primary"], counts.primary),
        ] + (state.age.map { [MetricSample(.standbyAge, [], $0)] } ?? [])
    }
}

/// The reads for an answer. The answer is as old as the oldest read.
final class QueueReader: Sendable {
    private struct Seen {
        var asOf: ContinuousClock.Instant?
        var isOfCopy = false
    }

    private let reads: QueueReads
    private let isNewest: Bool
    private let seen = Mutex(Seen())

    fileprivate init(_ reads: QueueReads, isNewest: Bool) { (self.reads, self.isNewest) = (reads, isNewest) }

    /// The moment up to which every read so far has every change; nil without a copy.
    var asOf: ContinuousClock.Instant? { seen.withLock { $0.asOf } }

    /// Seconds by which the reads so far lack the newest changes; 0 without a copy.
    var age: Double { asOf.map { max(0, (ContinuousClock.now - $0) / .seconds(1)) } ?? 0 }

    /// Runs `body`, each operation in a transaction of its own. A `moment` is that of the last job which an earlier page
    /// showed: the answer has every job up to then.
    func perform<Value: Sendable>(
        covering moment: Timestamp? = nil, _ body: @escaping @Sendable (any QueueReading) throws -> Value
    ) async throws -> Value {
        let (value, asOf, isOfCopy) = try await reads.perform(isNewest: isNewest, covering: moment, body)
        seen.withLock { seen in
            if let asOf { seen.asOf = min(seen.asOf ?? asOf, asOf) }
            seen.isOfCopy = seen.isOfCopy || isOfCopy
        }
        return value
    }

    /// Reads statistics. Statistics of a copy get the signs of the store's server, and tell how far the copy lags.
    func statistics(
        _ body: @escaping @Sendable (any QueueReading) throws -> Statistics
    ) async throws -> Statistics {
        var statistics = try await perform(body)
        guard let signs = await signs else { return statistics }
        statistics.take(signs)
        statistics.dataAge = age
        return statistics
    }

    /// The signs of the store's server after a read of a copy; else nil, because the read has the signs.
    var signs: ServerSigns? {
        get async { seen.withLock { $0.isOfCopy } ? await reads.signs ?? ServerSigns() : nil }
    }
}
