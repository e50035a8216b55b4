import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Logging

/// `JobLog` logs the events of a job: the messages are constant, and the job's fields are in the metadata.
///
/// The fields are built only for a written line, because building the fields can double the work for a small job.
struct JobLog: Sendable {
    private let job: ClaimedJob
    private let daemonID: UUID
    private let worker: Int
    private let base: Logger
    private let claimedAt = ContinuousClock.now
    /// The counts of the job's use case; nil when nothing is counted.
    let meters: UseCaseMeters?
    private let tracing: Tracing?
    /// True once the job's pipeline has started.
    var hasRun = false

    init(
        _ job: ClaimedJob, daemonID: UUID, worker: Int, base: Logger, meters: UseCaseMeters? = nil,
        tracing: Tracing? = nil
    ) {
        self.tracing = tracing
        self.meters = meters
        self.job = job
        self.daemonID = daemonID
        self.worker = worker
        self.base = base
    }

    /// A logger whose lines carry the job's fields. Cost: each call builds the fields.
    var logger: Logger {
        var logger = base
        logger[metadataKey: "daemon"] = "\(daemonID.uuidString.lowercased())"
        logger[metadataKey: "worker"] = "\(worker)"
        logger[metadataKey: "job_id"] = "\(job.attempt.jobID.uuidString.lowercased())"
        logger[metadataKey: "attempt"] = "\(job.attempt.number)"
        logger.add(job.names)
        return logger
    }

    /// The time since the claim; nil for a job that did not run.
    var run: Duration? { hasRun ? ContinuousClock.now - claimedAt : nil }

    func claimed() { if isWanted(.jobClaimed) { logger.log(.jobClaimed) } }

    func threw(_ error: any Error) { logger.log(.pipelineThrew, ["error": "\(error)"]) }

    func finished(_ completion: Completion, _ result: CompletionResult) {
        if case .ended(.done, _) = result, !isWanted(.jobDone) { return }
        let seconds: Logger.MetadataValue = "\((ContinuousClock.now - claimedAt).secondsText)"
        switch result {
        case .ended(.done, _): logger.log(.jobDone, ["seconds": seconds])
        case .ended: logger.log(.jobError, ["seconds": seconds, "code": "\(completion.errorCode ?? "")"])
        case .handedBack: logger.log(.jobHandedBack, ["seconds": seconds, "why": "\(completion.whyBack)"])
        case .fenced: logger.log(.jobFenced, ["seconds": seconds])
        }
    }

    /// Records the span of the start, from the claim to the end.
    func traced(_ completion: Completion, _ result: CompletionResult) {
        guard let tracing else { return }
        let context = job.trace(tracing)
        tracing.record(span(context, completion, result), in: context)
    }

    private func span(_ context: TraceContext, _ completion: Completion, _ result: CompletionResult) -> Span {
        let caller = job.traceContext.flatMap { TraceContext(header: String($0.prefix { $0 != "\n" })) }
        let useCase = job.names.useCase ?? ""
        var attributes: [(String, Span.Value)] = [
            ("messaging.system", .text("ix_worker")), ("messaging.operation.type", .text("process")),
            ("messaging.destination.name", .text(useCase)),
            ("messaging.message.id", .text(job.attempt.jobID.uuidString.lowercased())),
            ("ix.attempt", .integer(job.attempt.number)), ("ix.outcome", .text(result.word)),
        ]
        if let waited = job.waited { attributes.append(("ix.wait_seconds", .number(waited.inSeconds))) }
        var error: String?
        if case .ended(.error, _) = result { error = completion.errorCode }
        return Span(
            "process \(useCase)", .consumer, context, parent: caller?.spanID,
            lasting: ContinuousClock.now - claimedAt, attributes, link: caller, error: error)
    }

    private func isWanted(_ event: EventKind) -> Bool { event.level >= base.logLevel }

    func dropped() { logger.log(.jobDropped) }

    func leftToSweep(_ error: StoreError) {
        logger.log(.jobLeftToSweep, ["error": "\(error.debugDescription)"])
    }

    func kept(_ error: StoreError) {
        logger.log(.jobEndKept, ["error": "\(error.debugDescription)"])
    }

    func refusedByStore(_ error: StoreError) {
        logger.log(.jobEndRefused, ["error": "\(error.debugDescription)"])
    }
}

extension Completion {
    /// The error code of the completion; nil when the completion has no error.
    var errorCode: String? {
        switch kind {
        // A result without an error becomes an error only when a cancel arrived during the run.
        case .done(let response): response.errorCode ?? JobError.cancelledRunning.code
        case .error(let response): response.errorCode
        case .handBack(let back): back.exhausted.code
        }
    }

    fileprivate var whyBack: String {
        if case .handBack(let back) = kind { back.outcome.rawValue } else { "" }
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

extension ClaimedJob {
    /// The place of this start in a trace.
    func trace(_ tracing: Tracing?) -> TraceContext {
        tracing.context(jobID: attempt.jobID, claimID: attempt.claimID, caller: traceContext)
    }
}

extension Logger {
    mutating func add(_ names: JobNames) {
        self[metadataKey: "ix_id"] = "\(names.ixID)"
        self[metadataKey: "client_id"] = "\(names.clientID)"
        self[metadataKey: "request_id"] = "\(names.requestID)"
        if let useCase = names.useCase { self[metadataKey: "use_case"] = "\(useCase)" }
    }
}

extension Failpoint {
    /// Reaches the point with a job's id as the subject.
    func reach(_ attempt: Attempt) { reach(attempt.jobID.uuidString.lowercased()) }
}
