import Dispatch
import Glibc
import IXCommand
import Synchronization

/// Catches INT, TERM and HUP while a load runs. The first signal stops the load after the current batch; the second
/// exits.
final class StopRequest: Sendable {
    private let number = Mutex<Int32>(0)
    /// Written only in `init`; the property keeps the feed alive.
    private nonisolated(unsafe) var feed: SignalFeed?

    init() {
        feed = SignalFeed([SIGINT, SIGTERM, SIGHUP], on: DispatchQueue(label: "ix.ctl.signals")) {
            [self] signal in
            let isFirst = number.withLock { number in
                defer { number = signal }
                return number == 0
            }
            if !isFirst { _exit(128 + signal) }
        }
    }

    var isRequested: Bool { number.withLock { $0 != 0 } }

    /// The exit code for the received signal, 128 + number; nil when no signal arrived.
    var exitCode: Int32? { number.withLock { $0 > 0 ? 128 + $0 : nil } }

    /// Requests a stop without a signal, so `exitCode` stays nil.
    func request() { number.withLock { if $0 == 0 { $0 = -1 } } }
}
