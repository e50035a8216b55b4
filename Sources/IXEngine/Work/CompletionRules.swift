import IXCore
import IXPipelines
import IXStore

/// `CompletionRules` turns the result of a run into a completion, as a value. No other code turns outcomes into statuses.
struct CompletionRules {
    let job: ClaimedJob
    let timeout: Duration
    var retry: RetryPolicy?
    /// The last part of the run's log.
    var logTail = ""

    /// Returns the completion for `end`; nil when this daemon no longer holds the job.
    func completion(of end: JobRun.Result) -> Completion? {
        switch end {
        case .reported(let report): completion(report)
        case .threw: failed(JobError("pipeline_error", "the pipeline failed"), .threw, nil)
        case .stopped(.timeout, let report):
            failed(JobError("timeout", "the pipeline ran longer than \(timeout.decimalSeconds) s"), .timeout, report)
        case .stopped(.cancelled, let report): refused(.cancelledRunning, note: note(.cancelled, report))
        case .stopped(.shutdown, let report):
            Completion(job.attempt, .handBack(Self.shutdown), note: note(.shutdown, report))
        // The completion is kept until the store answers; the fence then decides if this daemon still holds the job.
        case .stopped(.leaseLost, let report):
            Completion(job.attempt, .handBack(Self.leaseLost), note: note(.leaseLost, report))
        case .stopped(.taken, _): nil
        }
    }

    /// Returns a completion with `error`.
    func refused(_ error: JobError, note: AttemptNote? = nil) -> Completion {
        Completion(job.attempt, .error(ResponseIX(error: error).answering(job.names)), note: note)
    }

    /// The hand-back at a shutdown, which costs the job no start.
    static let shutdown = HandBack(
        .shutdown, pause: nil, exhausted: JobError("attempts_exhausted", "interrupted"))

    private static let leaseLost = HandBack(
        .leaseLost, pause: nil, exhausted: JobError("attempts_exhausted", "interrupted"))

    /// Returns the hand-back of a job for which this daemon has no pipeline. The hand-back costs no start, and another
    /// daemon can claim the job.
    func left(_ useCase: String) -> Completion {
        let error = JobError("unserved", "this daemon has no pipeline for use case '\(useCase)'")
        return Completion(
            job.attempt, .handBack(HandBack(.unstarted, pause: nil, exhausted: error)),
            note: AttemptNote(.unstarted, exitStatus: nil, logTail: "".adding(error)))
    }

    private func completion(_ report: PipelineReport) -> Completion {
        switch report.outcome {
        case .complete(let response):
            again(response.jobError, report)
                ?? Completion(job.attempt, .done(response.answering(job.names)), note: note(.complete, report))
        case .discard(let error): failed(error, .discard, report)
        case .cancelled:
            refused(JobError("cancelled", "the pipeline cancelled itself"), note: note(.cancelled, report))
        case .retry(let pause, let error) where report.fault?.isUnstarted == true: unstarted(pause, error, report)
        case .retry(let pause, let error): asked(pause, error, report)
        }
    }

    /// Returns the hand-back of a job whose pipeline asks for another start, or the error when the pipeline's policy leaves
    /// none. The store sees to the job's own limit.
    private func asked(_ pause: Duration?, _ error: JobError, _ report: PipelineReport) -> Completion {
        if mostStarts != job.maxAttempts, job.attempt.number >= mostStarts {
            return refused(exhausted(error), note: note(.retry, report))
        }
        return back(pause ?? retry?.pause(afterStarts: job.attempt.number), error, exhausted(error), report)
    }

    /// Returns the hand-back of a job whose pipeline could not be started, which costs no start.
    ///
    /// The job pauses (0.5 to 1 s unless the pipeline says otherwise), because an immediate second start would probably
    /// fail too. The pipeline's breaker opens after several such failures.
    private func unstarted(_ pause: Duration?, _ error: JobError, _ report: PipelineReport) -> Completion {
        let pause = pause ?? .seconds(1) * Double.random(in: 0.5...1)
        return Completion(
            job.attempt, .handBack(HandBack(.unstarted, pause: pause, exhausted: exhausted(error))),
            note: AttemptNote(
                .unstarted, exitStatus: report.exit?.description, logTail: logTail.adding(error)))
    }

    /// Returns a completion with the error, or a hand-back when the pipeline's retry policy covers the error and a
    /// start is left.
    private func failed(_ error: JobError, _ outcome: AttemptOutcome, _ report: PipelineReport?) -> Completion {
        again(error, report) ?? refused(error, note: note(outcome, report))
    }

    private func again(_ error: JobError?, _ report: PipelineReport?) -> Completion? {
        guard let error, let retry, retry.covers(error.code) else { return nil }
        // The last start ends with its own error, because the error says more than `attempts_exhausted`.
        guard mostStarts == 0 || job.attempt.number < mostStarts else { return nil }
        return back(retry.pause(afterStarts: job.attempt.number), error, exhausted(error), report)
    }

    private func back(
        _ pause: Duration?, _ error: JobError, _ exhausted: JobError, _ report: PipelineReport?
    ) -> Completion {
        Completion(
            job.attempt, .handBack(HandBack(.retry, pause: pause, exhausted: exhausted)),
            note: AttemptNote(
                .retry, exitStatus: report?.exit?.description, logTail: logTail.adding(error))
        )
    }

    /// The job's starts by its own limit and the policy's; 0 for no limit.
    private var mostStarts: Int { retry?.starts(of: job.maxAttempts) ?? job.maxAttempts }

    private func exhausted(_ last: JobError) -> JobError {
        JobError("attempts_exhausted", "all \(mostStarts) starts failed; the last: \(last.message)")
    }

    /// Returns nil when the run has no log and no unusual exit, because each note costs a row.
    private func note(_ outcome: AttemptOutcome, _ report: PipelineReport?) -> AttemptNote? {
        guard !logTail.isEmpty || (report?.exit ?? .exited(0)) != .exited(0) else { return nil }
        return AttemptNote(outcome, exitStatus: report?.exit?.description, logTail: logTail)
    }
}

extension String {
    /// Returns the log with the error as its last line.
    fileprivate func adding(_ error: JobError) -> String {
        self + (isEmpty || hasSuffix("\n") ? "" : "\n") + "\(error.code): \(error.message)\n"
    }
}

extension ResponseIX {
    /// The response's error; nil when the response has none.
    fileprivate var jobError: JobError? {
        errorCode.map {
            JobError($0, document["error"]?.object?["message"]?.string ?? "the pipeline's response gives no message")
        }
    }
}
