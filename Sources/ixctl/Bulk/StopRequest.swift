import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and TERM while a load runs: the first lets the batch under way end, the second ends the program.
final class StopRequest: Sendable {
    private let number = Mutex<Int32>(0)
    /// Set once in `init`, then only kept alive.
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

    /// The exit code that tells of the signal; nil without one.
    var exitCode: Int32? { number.withLock { $0 > 0 ? 128 + $0 : nil } }

    /// The load itself gives up.
    func request() { number.withLock { if $0 == 0 { $0 = -1 } } }
}
