import Dispatch
import Glibc
import IXEngine
import Synchronization

/// TERM and INT: the first asks to stop, the second not to wait, the third ends the process. Lives as long as the process.
final class SignalWatch: Sendable {
    let stop = Latch()
    private let count = Mutex(0)
    private let onSecond = Mutex<(@Sendable () -> Void)?>(nil)
    /// Set once in `init`, then only kept alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init() {
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "ix.signals")
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable [self] in requested() }
            source.resume()
            sources.append(source)
        }
    }

    func whenAskedTwice(_ body: @escaping @Sendable () -> Void) { onSecond.withLock { $0 = body } }

    private func requested() {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        stop.open()
        if number == 2 { onSecond.withLock { $0 }?() }
        if number > 2 { _exit(Int32(128 + SIGTERM)) }
    }
}
