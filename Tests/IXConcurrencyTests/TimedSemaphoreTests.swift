import IXConcurrency
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimedSemaphoreTests {
    @Test func `each signal lets one wait pass, also a signal before the wait`() {
        let semaphore = TimedSemaphore(value: 1)
        semaphore.signal()
        semaphore.wait()
        #expect(semaphore.wait(upTo: .seconds(30)))
        #expect(!semaphore.wait(upTo: .zero))
    }

    @Test func `a wait without a signal ends with its time, and not before`() {
        let semaphore = TimedSemaphore()
        let start = ContinuousClock.now
        #expect(!semaphore.wait(upTo: .milliseconds(50)))
        #expect(ContinuousClock.now - start >= .milliseconds(49))
        #expect(!semaphore.wait(upTo: .seconds(-1)))
    }

    @Test func `a signal from another thread ends a wait without end`() async {
        let (semaphore, back) = (TimedSemaphore(), TimedSemaphore())
        let thread = Task {
            await DedicatedThread.run {
                back.signal()
                semaphore.wait()
            }
        }
        await DedicatedThread.run { back.wait() }
        semaphore.signal()
        await thread.value
    }
}
