internal import IXCore
internal import IXPipelines
internal import Logging

/// `RunRecord` collects a run's output and its end; the report is made of the record alone.
struct RunRecord {
    var output = ResponseBuffer()
    var errors: ErrorLog
    var control: ControlFile?
    var exit: ExitStatus?
    var failure: StartFailure?
    var isCancelled = false

    init(_ context: PipelineContext) { errors = ErrorLog(context) }

    /// Reads the rest of the control file, and logs the last line of standard error.
    mutating func finish() {
        control?.finish()
        errors.finish()
    }

    /// Returns the report of the run. Requires: `finish` was called.
    func report(_ settings: ExecSettings) -> PipelineReport {
        let tail = errors.tail
        return PipelineReport(outcome(tail, settings), exit: exit, fault: fault)
    }

    /// The pipeline's own fault, in contrast to the job's: the program couldn't be started, or a signal ended the
    /// program although the run wasn't cancelled. Nil otherwise.
    private var fault: PipelineFault? {
        guard !isCancelled else { return nil }
        if let failure { return PipelineFault(failure.fault, isUnstarted: true) }
        switch exit {
        case .exited(126), .exited(127), .signalled: return PipelineFault("\(exit!)", isUnstarted: false)
        case .exited, nil: return nil
        }
    }

    private static let lost = JobError(PipelineCode.unavailable, "the daemon missed the end of the pipeline's program")

    private func outcome(_ tail: String, _ settings: ExecSettings) -> Outcome {
        // Cancellation outranks the child's own end, because the child may answer TERM with any exit status.
        if isCancelled { return .cancelled }
        if let failure { return .retry(after: nil, failure.jobError) }
        guard let exit else { return .retry(after: nil, Self.lost) }
        return ExitMeaning(
            exit: exit, output: output, logTail: tail, retryAfter: control?.retryAfter,
            retryExitCodes: settings.retryExitCodes
        ).outcome
    }
}
