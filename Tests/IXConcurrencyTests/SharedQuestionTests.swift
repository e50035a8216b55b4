import IXConcurrency
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct SharedQuestionTests {
    @Test func `callers share a question, and a pause passes before the next`() async {
        let asked = Mutex(0)
        let (question, answer) = (Latch(), Latch())
        let shared = SharedQuestion<Int>(pause: .seconds(600), limit: .seconds(30)) {
            question.open()
            await answer.wait()
            return asked.withLock { count in
                count += 1
                return count
            }
        }
        async let first = shared.value()
        await question.wait()
        async let second = shared.value()
        answer.open()
        #expect(await first == 1)
        #expect(await second == 1)
        #expect(await shared.value() == 1)
    }

    @Test func `no caller waits longer than the limit, and a later one gets the answer`() async {
        let answer = Latch()
        let shared = SharedQuestion<Int>(pause: .zero, limit: .milliseconds(20)) {
            await answer.wait()
            return 7
        }
        #expect(await shared.value() == nil)
        answer.open()
        var value: Int?
        while value == nil { value = await shared.value() }
        #expect(value == 7)
    }

    @Test func `a question without an answer leaves the value of before`() async {
        let answers = Mutex([Int?.some(1), nil])
        let shared = SharedQuestion<Int>(pause: .zero, limit: .seconds(30)) {
            answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        #expect(await shared.value() == 1)
        #expect(await shared.value() == 1)
    }
}
