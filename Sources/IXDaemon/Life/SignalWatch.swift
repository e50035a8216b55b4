import Dispatch
import Glibc
import IXCommand
import IXConcurrency
import Synchronization

/// Handles the daemon's signals. The first TERM or INT requests a stop, the second cuts the grace short, the third
/// exits. HUP requests a reload, USR1 a report of the state. A watch lives as long as the process.
final class SignalWatch: Sendable {
    enum Request: Sendable { case hurry, reload, report }

    /// Opened by the first TERM or INT.
    let stop = Latch()
    private let count = Mutex(0)
    private let answer = Mutex<(@Sendable (Request) -> Void)?>(nil)
    /// Written only in `init`; the property keeps the feed alive.
    private nonisolated(unsafe) var feed: SignalFeed?

    init() {
        signal(SIGPIPE, SIG_IGN)
        feed = SignalFeed([SIGTERM, SIGINT, SIGHUP, SIGUSR1], on: DispatchQueue(label: "ix.signals")) {
            [self] number in
            switch number {
            case SIGHUP: send(.reload)
            case SIGUSR1: send(.report)
            default: stopRequested()
            }
        }
    }

    /// Sets the handler of requests. Requests before this call are dropped.
    ///
    /// Concurrency: `body` runs on a serial queue of the watch, so requests run one at a time and in order.
    func answer(_ body: @escaping @Sendable (Request) -> Void) { answer.withLock { $0 = body } }

    private func stopRequested() {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        stop.open()
        if number == 2 { send(.hurry) }
        if number > 2 { _exit(Int32(128 + SIGTERM)) }
    }

    private func send(_ request: Request) { answer.withLock { $0 }?(request) }
}
