#if DEBUG
    import Glibc
#endif

/// A place where a test lets this process die by `kill -9`: the steps between which a crash must lose nothing.
///
/// Only in debug builds, and only with `IX_TEST_FAILPOINT_FILE` set: the process dies at the point that the file names, and
/// takes the file along, so that the next start goes on. A release build has none of it.
package enum Failpoint: String, CaseIterable, Sendable {
    /// A job's end is known and not written.
    case endUnwritten = "end-unwritten"
    /// A job's end is committed, and nothing else is known of it.
    case endCommitted = "end-committed"
    case callbackClaimed = "callback-claimed"
    /// Connected to the receiver; nothing is sent.
    case callbackConnected = "callback-connected"
    case callbackSent = "callback-sent"
    /// A 2xx came and is not recorded.
    case callbackAnswered = "callback-answered"
    case callbackSettled = "callback-settled"

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
