package import FoundationEssentials
import IXCore
import Synchronization

/// `Tracing` decides which traces are kept, and holds their finished spans until the exporter takes them.
///
/// Guarantees: at most 2,048 spans wait; further spans are dropped and counted. No caller ever waits.
package final class Tracing: Sendable {
    private let ratio: Double
    private let followsCaller: Bool
    /// The name of the store's system, by OpenTelemetry's list.
    package let database: String
    private let waiting = Mutex<[Span]>([])
    private let onBatch = Mutex<(@Sendable () -> Void)?>(nil)
    private let sent = CounterCell()
    private let dropped = CounterCell()
    private static let most = 2048
    /// The spans of a batch at most.
    package static let batch = 512

    /// Creates tracing that keeps a part of the traces that begin here. A caller's decision is followed, or replaced by
    /// the same part of the callers' traces.
    package init(ratio: Double, followsCaller: Bool = true, database: String = "other_sql") {
        (self.ratio, self.followsCaller, self.database) = (ratio, followsCaller, database)
    }

    /// Returns the context of a start of a job.
    package func context(jobID: UUID, claimID: UUID, caller: String?) -> TraceContext {
        let context = TraceContext(jobID: jobID, claimID: claimID, caller: caller)
        let hasCaller = caller.flatMap(TraceParent.parent) != nil
        return hasCaller && followsCaller ? context : context.sampled(keeps(context))
    }

    /// Returns a caller's context with the decision of this process.
    package func context(of caller: TraceContext) -> TraceContext {
        followsCaller ? caller : caller.sampled(keeps(caller))
    }

    /// True when a trace is kept: decided by the trace's id, which for a trace of a job's own is the job's, so that
    /// every process decides alike.
    private func keeps(_ context: TraceContext) -> Bool {
        guard let tail = UInt64(context.traceID.suffix(14), radix: 16) else { return false }
        return Double(tail) < ratio * Double(UInt64(1) << 56)
    }

    /// Keeps a span for the exporter; a span of a trace that isn't sampled is left out.
    package func record(_ span: @autoclosure () -> Span, in context: TraceContext) {
        guard context.isSampled else { return }
        let span = span()
        let count = waiting.withLock { waiting -> Int? in
            guard waiting.count < Self.most else { return nil }
            waiting.append(span)
            return waiting.count
        }
        guard let count else { return dropped.increment(by: 1) }
        if count == Self.batch { onBatch.withLock { $0 }?() }
    }

    /// Returns the oldest spans, at most `count`.
    package func take(_ count: Int) -> [Span] {
        waiting.withLock { waiting in
            let taken = Array(waiting.prefix(count))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// The number of spans that wait.
    package var count: Int { waiting.withLock(\.count) }

    /// Sets the callback for the moment at which a whole batch waits.
    package func onBatch(_ body: @escaping @Sendable () -> Void) { onBatch.withLock { $0 = body } }

    /// Counts spans that the collector took, or that were given up.
    package func note(sent count: Int, taken: Bool) { (taken ? sent : dropped).increment(by: Int64(count)) }

    /// The counts for a scrape.
    package var samples: [MetricSample] {
        [
            MetricSample(.traceSpans, ["sent"], Int(sent.value)),
            MetricSample(.traceSpans, ["dropped"], Int(dropped.value)),
        ]
    }
}

extension Optional where Wrapped == Tracing {
    /// Returns the context of a start of a job. Without tracing the ids are handed on all the same.
    package func context(jobID: UUID, claimID: UUID, caller: String?) -> TraceContext {
        self?.context(jobID: jobID, claimID: claimID, caller: caller)
            ?? TraceContext(jobID: jobID, claimID: claimID, caller: caller)
    }
}
