/// `PipelineCode` names the error codes that ix-worker gives to pipelines' failures. A response may carry further
/// codes.
public enum PipelineCode {
    /// The output is no response: not JSON, not an object, not storable, or an `error` without a code.
    public static let badOutput = "bad_output"
    /// The output passed 4 MiB.
    public static let outputTooLarge = "output_too_large"
    /// The pipeline asked for another attempt: exit 75, `retry_after`, a `retry` line, or status 408, 425 or 429.
    public static let retry = "pipeline_retry"
    /// The pipeline refused the job without a response of its own: exit 64–68 or 76–78, a `discard` line, a 3xx or 4xx.
    public static let discarded = "pipeline_discarded"
    /// The program ended with an exit status that has no meaning of its own, or by a signal.
    public static let failed = "pipeline_failed"
    /// A warm process ended or wrote malformed lines while running the job. The job is retried.
    public static let crashed = "pipeline_crashed"
    /// The program can't be run as configured: not found, not executable, not ready in time. The job is retried.
    public static let misconfigured = "pipeline_misconfigured"
    /// The machine had no room to start the program, or the service wasn't reached or failed. The job is retried.
    public static let unavailable = "pipeline_unavailable"
}
