internal import IXCore

/// `ExecLimits` bounds the memory and the time that a child can cost the daemon.
enum ExecLimits {
    /// Maximum bytes of standard output.
    static let outputBytes = Limits.responseBytes
    /// Bytes at the end of standard error that are kept with the attempt.
    static let logTailBytes = 64 << 10
    /// Maximum bytes of a logged line; a longer line is split.
    static let logLineBytes = 8 << 10
    /// Maximum lines logged per second; further lines are only counted.
    static let logLinesPerSecond = 1000
    /// Maximum bytes of lines logged per second; a line beyond the limit is left out and counted.
    static let logBytesPerSecond = 256 << 10
    /// Maximum bytes read from the control file in a run.
    static let controlBytes = 1 << 20
    /// Maximum bytes of standard error in an error's `detail`.
    static let detailBytes = 2 << 10
    /// Maximum bytes of a refused output in an error's `detail`.
    static let snippetBytes = 200
    /// The interval between two reads of the control file.
    static let controlInterval = Duration.milliseconds(150)
    /// The time for which output may still arrive after the child has ended.
    static let drain = Duration.seconds(1)
    /// The longest wait, in seconds, that a child can request with `retry_after`.
    static let longestRetry = 86_400.0
    /// The age from which a run may have seen process numbers wrap.
    static let oldRun = Duration.seconds(10)
    /// The longest time that the removal of a private directory may take.
    static let removal = Duration.seconds(30)
}
