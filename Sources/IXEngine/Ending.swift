import IXCore
import IXPipelines
import IXStore

/// What becomes of a run, as a value: the one place where outcomes turn into statuses.
struct Ending {
    let job: ClaimedJob
    let timeout: Duration
    var retry: RetryPolicy?
    /// The end of what the run said.
    var logTail = ""

    /// Nil: the job is no longer ours to end.
    func finish(of end: Run.End) -> Finish? {
        switch end {
        case .reported(let report): finish(report)
        case .threw: failed(JobError("pipeline_error", "the pipeline failed"), .threw, nil)
        case .stopped(.timeout, let report):
            failed(JobError("timeout", "the pipeline ran longer than \(timeout.text)"), .timeout, report)
        case .stopped(.cancelled, let report): refused(.cancelledRunning, note: note(.cancelled, report))
        case .stopped(.shutdown, let report):
            Finish(job.attempt, .handBack(Self.blameless), note: note(.shutdown, report))
        // Kept until the store answers; the fence decides whether the job is still ours then.
        case .stopped(.leaseLost, let report):
            Finish(job.attempt, .handBack(Self.leaseLost), note: note(.leaseLost, report))
        case .stopped(.taken, _): nil
        }
    }

    func refused(_ error: JobError, note: AttemptNote? = nil) -> Finish {
        Finish(job.attempt, .error(ResponseIX(error: error).answering(job.names)), note: note)
    }

    /// A hand-back that is nobody's fault.
    static let blameless = HandBack(
        .shutdown, pause: nil, exhausted: JobError("attempts_exhausted", "interrupted"))

    private static let leaseLost = HandBack(
        .leaseLost, pause: nil, exhausted: JobError("attempts_exhausted", "interrupted"))

    /// A job that came to a daemon without a pipeline for it: back it goes, at no cost, for a daemon that has one.
    func left(_ useCase: String) -> Finish {
        let error = JobError("unserved", "this daemon has no pipeline for use case '\(useCase)'")
        return Finish(
            job.attempt, .handBack(HandBack(.unstarted, pause: nil, exhausted: error)),
            note: AttemptNote(.unstarted, exitStatus: nil, logTail: "".adding(error)))
    }

    private func finish(_ report: PipelineReport) -> Finish {
        switch report.outcome {
        case .complete(let response):
            again(response.jobError, report)
                ?? Finish(job.attempt, .done(response.answering(job.names)), note: note(.complete, report))
        case .discard(let error): failed(error, .discard, report)
        case .cancelled:
            refused(JobError("cancelled", "the pipeline cancelled itself"), note: note(.cancelled, report))
        case .retry(let pause, let error) where report.fault?.isUnstarted == true: unstarted(pause, error, report)
        case .retry(let pause, let error): back(pause, error, exhausted(error), report)
        }
    }

    /// Nothing of the job ran, so it costs no start. A pause, since the next one hardly goes better at once; when more go
    /// like this the pipeline's breaker opens.
    private func unstarted(_ pause: Duration?, _ error: JobError, _ report: PipelineReport) -> Finish {
        let pause = pause ?? .seconds(1) * Double.random(in: 0.5...1)
        return Finish(
            job.attempt, .handBack(HandBack(.unstarted, pause: pause, exhausted: exhausted(error))),
            note: AttemptNote(
                .unstarted, exitStatus: report.exit?.description, logTail: logTail.adding(error)))
    }

    /// Ends in the error, or goes back when the pipeline's policy says so and a start is left.
    private func failed(_ error: JobError, _ outcome: AttemptOutcome, _ report: PipelineReport?) -> Finish {
        again(error, report) ?? refused(error, note: note(outcome, report))
    }

    private func again(_ error: JobError?, _ report: PipelineReport?) -> Finish? {
        guard let error, let retry, retry.covers(error.code) else { return nil }
        // The last start's own error says more than that the starts are used up.
        guard job.maxAttempts == 0 || job.attempt.number < job.maxAttempts else { return nil }
        return back(retry.pause(afterStarts: job.attempt.number), error, exhausted(error), report)
    }

    private func back(
        _ pause: Duration?, _ error: JobError, _ exhausted: JobError, _ report: PipelineReport?
    ) -> Finish {
        Finish(
            job.attempt, .handBack(HandBack(.retry, pause: pause, exhausted: exhausted)),
            note: AttemptNote(
                .retry, exitStatus: report?.exit?.description, logTail: logTail.adding(error))
        )
    }

    private func exhausted(_ last: JobError) -> JobError {
        JobError("attempts_exhausted", "all \(job.maxAttempts) starts failed; the last: \(last.message)")
    }

    /// A note only where there is something to say: rows cost.
    private func note(_ outcome: AttemptOutcome, _ report: PipelineReport?) -> AttemptNote? {
        guard !logTail.isEmpty || (report?.exit ?? .exited(0)) != .exited(0) else { return nil }
        return AttemptNote(outcome, exitStatus: report?.exit?.description, logTail: logTail)
    }
}

extension String {
    /// A log with the error that ended it as its last line.
    fileprivate func adding(_ error: JobError) -> String {
        self + (isEmpty || hasSuffix("\n") ? "" : "\n") + "\(error.code): \(error.message)\n"
    }
}

extension ResponseIX {
    /// Its error, nil when it has none.
    fileprivate var jobError: JobError? {
        errorCode.map {
            JobError($0, document["error"]?.object?["message"]?.string ?? "the pipeline's response says so")
        }
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
