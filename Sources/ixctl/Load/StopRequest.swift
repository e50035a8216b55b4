import Dispatch
import Glibc
import Synchronization

/// Catches INT, TERM and HUP while a load runs. The first signal stops the load after the current batch; the second
/// exits.
final class StopRequest: Sendable {
    private let number = Mutex<Int32>(0)
    /// Written only in `init`; the property keeps the sources alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init() {
        let queue = DispatchQueue(label: "ix.ctl.signals")
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            Glibc.signal(signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            source.setEventHandler { @Sendable [self] in
                let isFirst = number.withLock { number in
                    defer { number = signal }
                    return number == 0
                }
                if !isFirst { _exit(128 + signal) }
            }
            source.resume()
            sources.append(source)
        }
    }

    var isRequested: Bool { number.withLock { $0 != 0 } }

    /// The exit code for the received signal, 128 + number; nil when no signal arrived.
    var exitCode: Int32? { number.withLock { $0 > 0 ? 128 + $0 : nil } }

    /// Requests a stop without a signal, so `exitCode` stays nil.
    func request() { number.withLock { if $0 == 0 { $0 = -1 } } }
}
