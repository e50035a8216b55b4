/// The codes pipelines' errors have; a response may bring others.
public enum PipelineCode {
    /// The output is no response: not JSON, not an object, not storable, or an `error` without a code.
    public static let badOutput = "bad_output"
    /// The output passed 4 MiB.
    public static let outputTooLarge = "output_too_large"
    /// The pipeline asked for another attempt: exit 75, `retry_after`, `retry`, a status that says so.
    public static let retry = "pipeline_retry"
    /// The pipeline refused the job without a response of its own: exit 64–68, 76–78, `discard`, a 4xx.
    public static let discarded = "pipeline_discarded"
    /// The program ended with another exit status, or by a signal.
    public static let failed = "pipeline_failed"
    /// A warm process ended, or spoke no sense, with the job in its hands. Retried.
    public static let crashed = "pipeline_crashed"
    /// The program can't be run as configured: not found, not executable, not ready in time. Retried.
    public static let misconfigured = "pipeline_misconfigured"
    /// The machine had no room to start the program, or the service wasn't reached. Retried.
    public static let unavailable = "pipeline_unavailable"
}
