import Dispatch
import Glibc

/// Tells when the last process that holds it has ended: a named pipe, held open for writing.
final class Lifeline: Sendable {
    let path: String
    private let reading: Int32

    init(in directory: String) {
        path = directory + "-lifeline"
        mkfifo(path, 0o600)
        reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }

    deinit {
        close(reading)
        unlink(path)
    }

    /// Waits until it was held and isn't any more; false after half a minute.
    func ended() async -> Bool {
        await withCheckedContinuation { done in
            DispatchQueue(label: "lifeline").async { [self] in
                var event = pollfd(fd: reading, events: 0, revents: 0)
                done.resume(returning: poll(&event, 1, 30_000) == 1)
            }
        }
    }
}
