import IXCore
import IXPipelines
import IXStore

/// What becomes of a run, as a value: the one place where outcomes turn into statuses.
struct Ending {
    let job: ClaimedJob
    let timeout: Duration

    /// Nil: the job is no longer ours to end.
    func finish(of end: Run.End) -> Finish? {
        switch end {
        case .reported(let report): finish(report)
        case .threw: refused(JobError("pipeline_error", "the pipeline failed"))
        case .stopped(.timeout, let report):
            refused(JobError("timeout", "the pipeline ran longer than \(timeout.text)"), note: note("timeout", report))
        case .stopped(.shutdown, let report):
            Finish(job.attempt, .handBack(Self.blameless), note: note("shutdown", report))
        case .stopped(.leaseLost, _): nil
        }
    }

    func refused(_ error: JobError, note: AttemptNote? = nil) -> Finish {
        Finish(job.attempt, .error(ResponseIX(error: error).answering(job.names)), note: note)
    }

    /// A hand-back that is nobody's fault.
    static let blameless = HandBack(
        isBlameless: true, pause: nil, exhausted: JobError("attempts_exhausted", "interrupted"))

    private func finish(_ report: PipelineReport) -> Finish {
        switch report.outcome {
        case .complete(let response):
            Finish(job.attempt, .done(response.answering(job.names)), note: note("complete", report))
        case .discard(let error):
            refused(error, note: note("discard", report))
        case .cancelled:
            refused(JobError("cancelled", "the pipeline cancelled itself"), note: note("cancelled", report))
        case .retry(let pause, let error):
            Finish(
                job.attempt, .handBack(HandBack(isBlameless: false, pause: pause, exhausted: exhausted(error))),
                note: note("retry", report, always: true))
        }
    }

    private func exhausted(_ last: JobError) -> JobError {
        JobError("attempts_exhausted", "all \(job.maxAttempts) starts failed; the last: \(last.message)")
    }

    /// A note only where there is something to say: rows cost.
    private func note(_ outcome: String, _ report: PipelineReport?, always: Bool = false) -> AttemptNote? {
        let isTelling = report.map { !$0.logTail.isEmpty || ($0.exit ?? .exited(0)) != .exited(0) } ?? false
        guard always || isTelling else { return nil }
        return AttemptNote(outcome: outcome, exitStatus: report?.exit?.description, logTail: report?.logTail ?? "")
    }
}

extension Duration {
    /// For people: `1.5 s`.
    var text: String {
        let (seconds, attoseconds) = components
        let value = Double(seconds) + Double(attoseconds) / 1e18
        return value == value.rounded() ? "\(seconds) s" : "\(value) s"
    }
}
