/// The codes an exec pipeline gives its errors; a response may bring others.
public enum ExecCode {
    /// The output is no response: not JSON, not an object, not storable, or an `error` without a code.
    public static let badOutput = "bad_output"
    /// The output passed 4 MiB.
    public static let outputTooLarge = "output_too_large"
    /// The program asked for another attempt: exit 75, or `retry_after`.
    public static let retry = "pipeline_retry"
    /// The program refused the job (exit 64–68, 76–78) without a response of its own.
    public static let discarded = "pipeline_discarded"
    /// The program ended with another exit status, or by a signal.
    public static let failed = "pipeline_failed"
    /// The program can't be run as configured: not found, not executable, exit 126 or 127. Retried.
    public static let misconfigured = "pipeline_misconfigured"
    /// The machine had no room to start the program: processes, memory, descriptors, disk. Retried.
    public static let unavailable = "pipeline_unavailable"
}
