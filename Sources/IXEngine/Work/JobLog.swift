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
    /// The spans of the start.
    let trace: JobTrace
    /// True once the job's pipeline has started.
    var hasRun = false

    init(
        _ job: ClaimedJob, daemonID: UUID, worker: Int, base: Logger, meters: UseCaseMeters? = nil,
        tracing: Tracing? = nil
    ) {
        trace = JobTrace(job, tracing)
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
        logger[metadataKey: "worker"] = .number(worker)
        logger[metadataKey: "job_id"] = "\(job.attempt.jobID.uuidString.lowercased())"
        logger[metadataKey: "attempt"] = .number(job.attempt.number)
        logger[metadataKey: "max_attempts"] = .number(job.maxAttempts)
        if let trace = trace.sampled {
            logger[metadataKey: "trace_id"] = "\(trace.traceID)"
            logger[metadataKey: "span_id"] = "\(trace.spanID)"
        }
        logger.add(job.names)
        return logger
    }

    /// The time since the claim; nil for a job that did not run.
    var run: Duration? { hasRun ? ContinuousClock.now - claimedAt : nil }

    func claimed() { if isWanted(.jobClaimed) { logger.log(.jobClaimed) } }

    func threw(_ error: any Error) { logger.log(.pipelineThrew, ["error": "\(error)"]) }

    func finished(_ completion: Completion, _ result: CompletionResult) {
        if case .ended(.done, _) = result, !isWanted(.jobDone) { return }
        let seconds = Logger.MetadataValue.seconds(ContinuousClock.now - claimedAt)
        switch result {
        case .ended(.done, _): logger.log(.jobDone, ["seconds": seconds])
        case .ended: logger.log(.jobError, ["seconds": seconds, "code": "\(completion.errorCode ?? "")"])
        case .handedBack: logger.log(.jobHandedBack, ["seconds": seconds, "why": "\(completion.whyBack)"])
        case .fenced: logger.log(.jobFenced, ["seconds": seconds])
        }
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
