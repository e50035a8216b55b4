#if DEBUG
    import Glibc
#endif

/// A point at which a test kills this process with SIGKILL, to show that a crash between two steps loses nothing.
///
/// Works only in debug builds with `IX_TEST_FAILPOINT_FILE` set. The process dies at the point named by the file and
/// removes the file first, so that the next start goes on. A release build contains no failpoints.
package enum Failpoint: String, CaseIterable, Sendable {
    /// The end of a job is known and not written.
    case endUnwritten = "end-unwritten"
    /// The end of a job is committed, and the process has not acted on it.
    case endCommitted = "end-committed"
    case callbackClaimed = "callback-claimed"
    /// The daemon is connected to the receiver and has sent nothing.
    case callbackConnected = "callback-connected"
    case callbackSent = "callback-sent"
    /// A 2xx has arrived and is not recorded.
    case callbackAnswered = "callback-answered"
    case callbackRecorded = "callback-recorded"

    /// Kills the process if the file names this point; otherwise returns.
    package func reach() {
        #if DEBUG
            guard let path = getenv("IX_TEST_FAILPOINT_FILE"), let file = fopen(path, "r") else { return }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = fread(&bytes, 1, bytes.count, file)
            guard String(decoding: bytes[..<count], as: UTF8.self) == rawValue else { return }
            unlink(path)
            kill(getpid(), SIGKILL)
        #endif
    }
}
