import FoundationEssentials
import IXCore
import IXPipelines
import IXStore
import IXTelemetry

/// `JobTrace` makes the spans of a start of a job: the start, the pipeline's run, and the write of the end.
struct JobTrace: Sendable {
    private let job: ClaimedJob
    private let tracing: Tracing?
    private let claimedAt = ContinuousClock.now

    /// The place of this start in the trace. A program gets this place without a collector, too.
    let context: TraceContext

    init(_ job: ClaimedJob, _ tracing: Tracing?) {
        (self.job, self.tracing) = (job, tracing)
        context = tracing.context(
            jobID: job.attempt.jobID, claimID: job.attempt.claimID, caller: job.traceContext)
    }

    /// The place in the trace; nil without a collector when no caller gave one, and for a trace that isn't sampled.
    var sampled: TraceContext? {
        guard tracing != nil || job.traceContext.flatMap(TraceParent.parent) != nil else { return nil }
        return context.isSampled ? context : nil
    }

    /// Records the span of the start, from the claim to the end.
    func processed(_ completion: Completion, _ result: CompletionResult) {
        tracing?.record(span(context, completion, result), in: context)
    }

    /// Records the span of a run of a pipeline.
    func ran(_ pipeline: String, kind: String, _ result: JobRun.Result, lasting duration: Duration) {
        guard let tracing, context.isSampled else { return }
        var attributes: [(String, Span.Value)] = [
            ("ix.pipeline", .text(pipeline)), ("ix.pipeline.kind", .text(kind)),
        ]
        if let exit = result.exit { attributes.append(("ix.exit_status", .text(exit))) }
        let place = context.child()
        tracing.record(
            Span(
                "run \(pipeline)", .internal, place, parent: context.spanID, lasting: duration, attributes,
                error: result.error),
            in: context)
        if let call = result.report?.call {
            tracing.record(Span(call, below: place, error: result.callError), in: context)
        }
    }

    /// Records the span of the end's transaction.
    func settled(lasting duration: Duration) {
        guard let tracing else { return }
        tracing.record(
            Span(
                "settle \(useCase)", .client, context.child(), parent: context.spanID, lasting: duration,
                [("db.system.name", .text(tracing.database))]),
            in: context)
    }

    private var useCase: String { job.names.useCase ?? "" }

    private func span(_ context: TraceContext, _ completion: Completion, _ result: CompletionResult) -> Span {
        let caller = job.traceContext.flatMap { TraceContext(stored: $0) }
        let origin = job.traceContext.flatMap(ResubmitOrigin.init(context:))
        var attributes: [(String, Span.Value)] = [
            ("messaging.system", .text("ix_worker")), ("messaging.operation.type", .text("process")),
            ("messaging.destination.name", .text(useCase)),
            ("messaging.message.id", .text(job.attempt.jobID.uuidString.lowercased())),
            ("ix.attempt", .integer(job.attempt.number)), ("ix.outcome", .text(result.word)),
        ]
        if let waited = job.waited { attributes.append(("ix.wait_seconds", .number(waited.inSeconds))) }
        if let origin {
            attributes.append(("ix.resubmitted_from", .text(origin.jobID.uuidString.lowercased())))
        }
        let links = [caller, origin?.traceparent.flatMap { TraceContext(header: $0) }].compactMap { $0 }
        var error: String?
        if case .ended(.error, _) = result { error = completion.errorCode }
        return Span(
            "process \(useCase)", .consumer, context, parent: caller?.spanID,
            lasting: ContinuousClock.now - claimedAt, attributes, links: links, error: error)
    }
}

extension CompletionResult {
    /// The result as a word.
    fileprivate var word: String {
        switch self {
        case .ended(let status, _): status.rawValue
        case .handedBack: "handed_back"
        case .fenced: "fenced"
        }
    }
}

extension JobRun.Result {
    fileprivate var report: PipelineReport? {
        switch self {
        case .reported(let report), .stopped(_, .some(let report)): report
        case .threw, .stopped(_, nil): nil
        }
    }

    /// The end of the program; nil for a pipeline without a program.
    fileprivate var exit: String? { report?.exit?.description }

    /// The kind of failure of the call to a service; nil for a call that was answered without an error.
    fileprivate var callError: String? {
        guard let report else { return nil }
        if let status = report.call?.status { return status >= 400 ? "\(status)" : nil }
        if case .retry(_, let error) = report.outcome { return error.code }
        return "stopped"
    }

    /// The kind of failure of the run; nil for a run that reported.
    fileprivate var error: String? {
        switch self {
        case .reported: nil
        case .threw: "threw"
        case .stopped: "stopped"
        }
    }
}

extension Span {
    /// Creates the span of a pipeline's request to a service.
    fileprivate init(_ call: ServiceCall, below run: TraceContext, error: String?) {
        var attributes: [(String, Span.Value)] = [
            ("http.request.method", .text("POST")), ("url.scheme", .text(call.scheme)),
            ("server.address", .text(call.host)), ("server.port", .integer(call.port)),
        ]
        if let status = call.status { attributes.append(("http.response.status_code", .integer(status))) }
        self.init(
            "POST", .client, run.child(), parent: run.spanID, lasting: call.duration, attributes, error: error)
    }
}
