import Glibc

/// The points that a daemon under test has reached, as the daemon told of them by a named pipe.
package final class PointLog: Sendable {
    private let path: String
    private let log = LineLog(streams: 1)
    /// The writing end, which keeps the pipe open while no daemon writes.
    private let hold: Int32

    /// Makes the pipe at `path` and reads it until the object is freed.
    package init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { throw TestFailure("no pipe \(path): \(errno)") }
        let reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        hold = open(path, O_WRONLY | O_CLOEXEC)
        guard reading >= 0, hold >= 0 else { throw TestFailure("the pipe \(path) can't be opened: \(errno)") }
        _ = fcntl(reading, F_SETFL, 0)  // ignored: can't fail on a descriptor just opened
        LineReader.start(reading, log)
    }

    deinit { close(hold) }

    /// The variable that makes a daemon tell of its points here.
    package var environment: [String: String] { ["IX_TEST_FAILPOINT_PIPE": path] }

    /// Waits until the point was reached, with the subject. A point that was reached before counts.
    package func wait(for point: String, _ subject: String, within limit: Duration) async throws {
        guard await log.line(containing: "\(point) \(subject)", from: 0, within: limit) == nil else { return }
        throw TestFailure(
            "\(point) \(subject) not reached within \(limit), but:\n" + log.lines.suffix(20).joined(separator: "\n"))
    }
}
