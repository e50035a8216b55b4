internal import IXCore

/// What a child may make the daemon hold or wait for.
enum ExecLimits {
    /// Bytes of standard output.
    static let outputBytes = Limits.responseBytes
    /// Bytes of standard error kept with the attempt.
    static let logTailBytes = 64 << 10
    /// Bytes of one logged line; longer ones are split.
    static let logLineBytes = 8 << 10
    /// Lines logged in one second; the others are counted.
    static let logLinesPerSecond = 1000
    /// Bytes of lines logged in one second; a line that doesn't fit is left out and counted.
    static let logBytesPerSecond = 256 << 10
    /// Bytes read from the control file in one run.
    static let controlBytes = 1 << 20
    /// Bytes of standard error in an error's `detail`.
    static let detailBytes = 2 << 10
    /// Bytes of a useless output in an error's `detail`.
    static let snippetBytes = 200
    /// How often the control file is looked at.
    static let controlInterval = Duration.milliseconds(150)
    /// How long output may still arrive once the child has ended.
    static let drain = Duration.seconds(1)
    /// The longest wait a child may ask for with `retry_after`.
    static let longestRetry = 86_400.0
    /// A run that took longer may have seen process numbers wrap.
    static let oldRun = Duration.seconds(10)
    /// How long the removal of a private directory may take.
    static let removal = Duration.seconds(30)
}
