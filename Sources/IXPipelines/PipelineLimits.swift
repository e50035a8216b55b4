internal import IXCore

/// `PipelineLimits` bounds the memory and the time that a child can cost the daemon.
package enum PipelineLimits {
    /// Maximum bytes of standard output.
    package static let outputBytes = Limits.responseBytes
    /// Bytes at the end of standard error that are kept with the attempt.
    package static let logTailBytes = 64 << 10
    /// Maximum bytes of a logged line; a longer line is split.
    package static let logLineBytes = 8 << 10
    /// Maximum lines logged per second; further lines are only counted.
    package static let logLinesPerSecond = 1000
    /// Maximum bytes of lines logged per second; a line beyond the limit is left out and counted.
    package static let logBytesPerSecond = 256 << 10
    /// Maximum bytes read from the control file in a run.
    package static let controlBytes = 1 << 20
    /// Maximum bytes of standard error in an error's `detail`.
    package static let detailBytes = 2 << 10
    /// Maximum bytes of a refused output in an error's `detail`.
    package static let snippetBytes = 200
    /// The interval between two reads of the control file.
    package static let controlInterval = Duration.milliseconds(150)
    /// The time for which output may still arrive after the child has ended.
    package static let drain = Duration.seconds(1)
    /// The longest wait, in seconds, that a child can request with `retry_after`.
    package static let longestRetry = 86_400.0
    /// The age from which a run may have seen process numbers wrap.
    package static let oldRun = Duration.seconds(10)
    /// The longest time that the removal of a private directory may take.
    package static let removal = Duration.seconds(30)
}
