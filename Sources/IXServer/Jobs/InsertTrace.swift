import FoundationEssentials
import IXCore
import IXStore
import IXTelemetry

/// `InsertTrace` makes the spans of an insert over HTTP: the request, and below it the job's creation.
///
/// The creation becomes the place of the job in the caller's trace. A job without a caller's trace begins a trace of its
/// own, whose id is the job's and is known only after the insert.
struct InsertTrace {
    private let tracing: Tracing?
    private let caller: TraceContext?
    private let start: ContinuousClock.Instant
    private var request: TraceContext?
    private var creation: TraceContext?

    /// Creates the spans of a request that began at `start`. `caller` is a place as a job keeps it.
    init(_ tracing: Tracing?, caller: String?, since start: ContinuousClock.Instant) {
        (self.tracing, self.start) = (tracing, start)
        let given = caller.flatMap { TraceContext(stored: $0) }
        self.caller = tracing.flatMap { tracing in given.map { tracing.context(of: $0) } } ?? given
        guard tracing != nil, let caller = self.caller, caller.isSampled else { return }
        request = caller.child()
        creation = request?.child()
    }

    /// The place to keep with the job; nil for a job that begins a trace.
    var stored: String? { (creation ?? caller)?.stored }

    /// Records the creation, which began at `begin`.
    mutating func inserted(_ result: InsertResult, _ useCase: String, since begin: ContinuousClock.Instant) {
        guard let tracing else { return }
        if caller == nil {
            let root = tracing.context(jobID: result.jobID, claimID: result.jobID, caller: nil).child()
            (request, creation) = (root, root.child())
        }
        guard let request, let creation else { return }
        tracing.record(
            Span(
                "send \(useCase)", .producer, creation, parent: request.spanID, lasting: .now - begin,
                [
                    ("messaging.system", .text("ix_worker")), ("messaging.operation.type", .text("send")),
                    ("messaging.destination.name", .text(useCase)),
                    ("messaging.message.id", .text(result.jobID.uuidString.lowercased())),
                    ("ix.duplicate", .text("\(result.isDuplicate)")),
                ]),
            in: creation)
    }

    /// Records the request, which was answered with `status`.
    func answered(_ status: Int) {
        guard let tracing, let request else { return }
        tracing.record(
            Span(
                "POST /v1/jobs", .server, request, parent: caller?.spanID, lasting: .now - start,
                [
                    ("http.request.method", .text("POST")), ("http.route", .text("/v1/jobs")),
                    ("http.response.status_code", .integer(status)),
                ], error: status >= 500 ? "\(status)" : nil),
            in: request)
    }
}
