#if DEBUG
    import Glibc
#endif

/// A named step of the daemon, at which a test learns that the daemon got there, or kills the process to show that a
/// crash between two steps loses nothing.
///
/// Works only in debug builds. With `IX_TEST_FAILPOINT_PIPE` set, each reached point is told to the reader of that named
/// pipe, a line a point: the name, a space, the subject. With `IX_TEST_FAILPOINT_FILE` set, the process dies by SIGKILL
/// at the point named by the file, and removes the file first, so that the next start goes on. A release build contains
/// no failpoints.
package enum Failpoint: String, CaseIterable, Sendable {
    /// A worker has a job and is about to run the job. Subject: the job's id, as for every point of a job.
    case claimed
    /// The end of a job is known and not written.
    case endUnwritten = "end-unwritten"
    /// The end of a job is committed, and the process has not acted on it.
    case endCommitted = "end-committed"
    /// The store has not accepted the end of a job, and the daemon keeps the end.
    case endKept = "end-kept"
    /// A stop was asked for; the daemon claims nothing more.
    case draining
    /// The grace of a stop is over, and the runs are told to stop.
    case graceOver = "grace-over"
    case callbackClaimed = "callback-claimed"
    /// The daemon is connected to the receiver and has sent nothing.
    case callbackConnected = "callback-connected"
    case callbackSent = "callback-sent"
    /// A 2xx has arrived and is not recorded.
    case callbackAnswered = "callback-answered"
    case callbackRecorded = "callback-recorded"

    /// Tells a waiting test of the point and its subject, kills the process if the test's file names this point, and
    /// otherwise returns. `subject` is made only for a test.
    package func reach(_ subject: @autoclosure () -> String = "") {
        #if DEBUG
            if let path = getenv("IX_TEST_FAILPOINT_PIPE") { tell("\(rawValue) \(subject())\n", path) }
            if let path = getenv("IX_TEST_FAILPOINT_FILE") { killIfNamed(by: path) }
        #endif
    }

    #if DEBUG
        /// Writes a line, which is short enough to stay whole. Without a reader the line is lost.
        private func tell(_ line: String, _ path: UnsafePointer<CChar>) {
            let pipe = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            guard pipe >= 0 else { return }
            let bytes = Array(line.utf8)
            _ = write(pipe, bytes, bytes.count)  // ignored: the test has gone
            close(pipe)
        }

        private func killIfNamed(by path: UnsafePointer<CChar>) {
            guard let file = fopen(path, "r") else { return }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = fread(&bytes, 1, bytes.count, file)
            guard String(decoding: bytes[..<count], as: UTF8.self) == rawValue else { return }
            unlink(path)
            kill(getpid(), SIGKILL)
        }
    #endif
}
