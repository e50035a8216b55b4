internal import IXCore
internal import Logging

/// What a run has said and how it ended: all that its report is made of.
struct RunRecord {
    var output = ResponseBuffer()
    var errors: ErrorLog
    var control: ControlFile?
    var exit: ExitStatus?
    var failure: StartFailure?
    var isCancelled = false

    init(_ context: PipelineContext) { errors = ErrorLog(context) }

    /// Takes what is left in the control file, and the last line of standard error.
    mutating func finish() {
        control?.finish()
        errors.finish()
    }

    func report(_ settings: ExecSettings) -> PipelineReport {
        let tail = errors.tail
        return PipelineReport(outcome(tail, settings), exit: exit, fault: fault)
    }

    /// Of the pipeline rather than of the job: it couldn't be started, or a signal that nobody asked for ended it.
    private var fault: PipelineFault? {
        guard !isCancelled else { return nil }
        if let failure { return PipelineFault(failure.reason, isUnstarted: true) }
        switch exit {
        case .exited(126), .exited(127), .signalled: return PipelineFault("\(exit!)", isUnstarted: false)
        case .exited, nil: return nil
        }
    }

    private static let lost = JobError(PipelineCode.unavailable, "the end of the pipeline's program was missed")

    private func outcome(_ tail: String, _ settings: ExecSettings) -> Outcome {
        // Our reason outranks whatever the child made of it.
        if isCancelled { return .cancelled }
        if let failure { return .retry(after: nil, failure.jobError) }
        guard let exit else { return .retry(after: nil, Self.lost) }
        return ExitMeaning(
            exit: exit, output: output, logTail: tail, retryAfter: control?.retryAfter,
            retryOtherExits: settings.retryOtherExits, retryExitCodes: settings.retryExitCodes
        ).outcome
    }
}
