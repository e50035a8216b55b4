internal import IXCore
internal import IXPipelines

/// `ExitMeaning` turns the end of a child into the outcome of its job. An output over the limit discards the job
/// whatever the exit; `retryExitCodes` outrank every row but those of exit 0.
///
/// | exit | outcome | code of the error |
/// |---|---|---|
/// | 0 with a response | complete | the response's own |
/// | 0 without a response | discard | `bad_output` |
/// | 0 or 75 after `retry_after` | retry, then | `pipeline_retry` |
/// | 75 | retry | `pipeline_retry` |
/// | 64–68, 76–78 | complete when the output is a response with an error, else discard | `pipeline_discarded` |
/// | 126, 127 | retry | `pipeline_misconfigured` |
/// | every further status, or a signal | discard | `pipeline_failed` |
struct ExitMeaning {
    let exit: ExitStatus
    let output: ResponseBuffer
    let logTail: String
    let retryAfter: Duration?
    /// Exit statuses, set by the operator, that ask for another attempt in place of their usual meaning.
    var retryExitCodes: Set<Int32> = []

    /// The outcome by the table above.
    var outcome: Outcome {
        if output.overflowed { return .discard(Self.tooLarge) }
        switch exit {
        case .exited(let code) where code != 0 && retryExitCodes.contains(code):
            return .retry(after: retryAfter, failed)
        case .exited(0): return retryAfter.map(retry) ?? completed
        case .exited(75): return retryAfter.map(retry) ?? .retry(after: nil, asksForRetry)
        case .exited(64...68), .exited(76...78): return refused
        case .exited(126), .exited(127): return .retry(after: nil, misconfigured)
        default: return .discard(failed)
        }
    }

    private var completed: Outcome {
        do {
            return .complete(try output.response())
        } catch {
            let message =
                output.bytes.isEmpty
                ? "the pipeline wrote no response" : "the pipeline's output was refused: \(error)"
            return .discard(JobError(PipelineCode.badOutput, message, detail: output.snippet))
        }
    }

    private var refused: Outcome {
        // ignored: without a response of its own, a refusal is reported by its exit status alone
        if let response = try? output.response(), response.errorCode != nil { return .complete(response) }
        return .discard(error(PipelineCode.discarded, "the pipeline refused the job with \(exit)"))
    }

    private func retry(after wait: Duration) -> Outcome { .retry(after: wait, asksForRetry) }

    private var asksForRetry: JobError { error(PipelineCode.retry, "the pipeline asked for another attempt") }

    private var misconfigured: JobError {
        error(PipelineCode.misconfigured, "the pipeline's program can't be run (\(exit))")
    }

    private var failed: JobError { error(PipelineCode.failed, "the pipeline's program ended with \(exit)") }

    private static let tooLarge = JobError(
        PipelineCode.outputTooLarge, "the pipeline wrote more than \(PipelineLimits.outputBytes) bytes")

    private func error(_ code: String, _ message: String) -> JobError {
        JobError(code, message, detail: LogTail.lastLines(of: logTail, bytes: PipelineLimits.detailBytes))
    }
}
