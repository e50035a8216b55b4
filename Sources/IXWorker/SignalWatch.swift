import Dispatch
import Glibc
import IXStore
import Synchronization

/// TERM and INT: the first asks to stop, the second not to wait, the third ends the process. HUP and USR1 ask for a
/// reload and for a dump. Lives as long as the process.
final class SignalWatch: Sendable {
    enum Request: Sendable { case hurry, reload, dump }

    let stop = Latch()
    private let count = Mutex(0)
    private let answer = Mutex<(@Sendable (Request) -> Void)?>(nil)
    /// Set once in `init`, then only kept alive.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    init() {
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "ix.signals")
        for number in [SIGTERM, SIGINT] { watch(number, queue) { [self] in stopRequested() } }
        watch(SIGHUP, queue) { [self] in ask(.reload) }
        watch(SIGUSR1, queue) { [self] in ask(.dump) }
    }

    /// Answers requests, on a queue that they share: one at a time, in their order. Requests before this are dropped.
    func answer(_ body: @escaping @Sendable (Request) -> Void) { answer.withLock { $0 = body } }

    private func watch(_ number: Int32, _ queue: DispatchQueue, _ body: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { @Sendable in body() }
        source.resume()
        sources.append(source)
    }

    private func stopRequested() {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        stop.open()
        if number == 2 { ask(.hurry) }
        if number > 2 { _exit(Int32(128 + SIGTERM)) }
    }

    private func ask(_ request: Request) { answer.withLock { $0 }?(request) }
}
