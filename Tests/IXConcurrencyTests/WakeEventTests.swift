import Glibc
import IXConcurrency
import Testing

@Suite(.timeLimit(.minutes(1))) struct WakeEventTests {
    private func isReadable(_ event: WakeEvent) -> Bool {
        var descriptor = pollfd(fd: event.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 1
    }

    @Test func `a signal ends the wait of another thread, and the waits that follow`() async {
        let event = WakeEvent()
        #expect(event.isUsable && !isReadable(event))
        let waiting = Task { await DedicatedThread.run { event.wait(for: 60_000) } }
        event.signal()
        await waiting.value
        #expect(isReadable(event))
        event.wait(for: 60_000)
    }

    @Test func `a clear takes all signals so far`() {
        let event = WakeEvent()
        event.clear()
        for _ in 0..<3 { event.signal() }
        event.clear()
        #expect(!isReadable(event))
        event.signal()
        #expect(isReadable(event))
    }

    /// A thread takes numbers as a warm process takes commands: first the clear, then the look.
    @Test func `a thread that clears before each look misses nothing`() async {
        let (event, sent) = (WakeEvent(), Locked(0))
        let taking = Task {
            await DedicatedThread.run {
                while sent.value < 2000 {
                    event.wait(for: 60_000)
                    event.clear()
                }
            }
        }
        for number in 1...2000 {
            sent.value = number
            event.signal()
        }
        await taking.value
    }

    @Test func `many signals block no thread`() {
        let event = WakeEvent()
        for _ in 0..<100_000 { event.signal() }
        #expect(isReadable(event))
    }

    @Test func `no program that starts later inherits the descriptor`() {
        #expect(fcntl(WakeEvent().descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }
}
