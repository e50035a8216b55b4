internal import IXCore
internal import IXPipelines

/// `WarmAnswer` turns a warm process's answer, or the end of the process without an answer, into an outcome or a
/// report.
enum WarmAnswer {
    /// Returns the outcome of a `done` line; discards the job with code `bad_output` without a valid response.
    static func done(_ response: JSONFragment?) -> Outcome {
        guard let response else { return .discard(JobError(PipelineCode.badOutput, "the pipeline gave no response")) }
        do {
            return .complete(try ResponseIX(JSONDocument(response: response.text)))
        } catch {
            let detail = SafeText.snippet(response.text.utf8, bytes: PipelineLimits.snippetBytes)
            return .discard(
                JobError(PipelineCode.badOutput, "the pipeline's response was refused: \(error)", detail: detail))
        }
    }

    /// One that can't be read; ends the job as an unusable output of `exec` does.
    static func unusable(_ reason: String, _ text: String) -> Outcome {
        .discard(JobError(PipelineCode.badOutput, "the pipeline's answer was refused: \(reason)", detail: text))
    }

    static func retry(_ pause: Duration?, _ message: String?) -> Outcome {
        .retry(after: pause, JobError(PipelineCode.retry, text(message) ?? "the pipeline asked for another attempt"))
    }

    /// Returns the outcome of a `discard` line; an empty or missing code becomes `pipeline_discarded`.
    static func discard(_ code: String?, _ message: String?) -> Outcome {
        let code = code.flatMap { $0.isEmpty ? nil : text($0) } ?? PipelineCode.discarded
        return .discard(JobError(code, text(message) ?? "the pipeline refused the job"))
    }

    static let tooLarge = JobError(
        PipelineCode.outputTooLarge, "the pipeline wrote a line of more than \(WarmLine.limit) bytes")

    /// Returns the report for a process that ended before its `ready` line. The job is retried and the attempt costs no
    /// start.
    static func unready(_ reason: String, _ exit: ExitStatus?) -> PipelineReport {
        PipelineReport(
            .retry(after: nil, JobError(PipelineCode.misconfigured, "the pipeline's program did not become ready")),
            exit: exit, fault: PipelineFault(reason, isUnstarted: true))
    }

    /// Returns the report for a process that ended with a job. The job is retried, and the attempt costs a start.
    static func crashed(_ reason: String, _ exit: ExitStatus?) -> PipelineReport {
        PipelineReport(
            .retry(after: nil, JobError(PipelineCode.crashed, "the pipeline's process ended: \(reason)")), exit: exit,
            fault: PipelineFault(reason, isUnstarted: false))
    }

    /// The report for a job given to a process that had ended already. The caller gives the job to another process.
    static let missed = PipelineReport(
        .retry(after: .zero, JobError(PipelineCode.unavailable, "the pipeline's process had ended")),
        fault: PipelineFault("ended between two jobs", isUnstarted: true))

    /// The report for a job given to a process that left with exit status 0 before any word on the job. The caller gives
    /// the job to another process, once.
    static let left = PipelineReport(
        .retry(after: .zero, JobError(PipelineCode.crashed, "the pipeline's process ended: exit 0")), exit: .exited(0),
        fault: PipelineFault("left with exit 0 before a word on its job", isUnstarted: false))

    private static func text(_ text: String?) -> String? {
        text.map { SafeText.suffix(SafeText.withoutNUL($0), bytes: PipelineLimits.detailBytes) }
    }
}
