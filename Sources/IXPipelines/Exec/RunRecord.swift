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

    init(logger: Logger) { errors = ErrorLog(logger: logger) }

    /// Takes what is left in the control file, and the last line of standard error.
    mutating func finish() {
        control?.finish()
        errors.finish()
    }

    func report(_ settings: ExecSettings) -> PipelineReport {
        let tail = errors.tail
        return PipelineReport(outcome(tail, settings), exit: exit, logTail: tail)
    }

    private static let lost = JobError(ExecCode.unavailable, "the end of the pipeline's program was missed")

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
