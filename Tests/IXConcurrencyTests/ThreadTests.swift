import Dispatch
import Glibc
import IXConcurrency
import Testing

@Suite(.timeLimit(.minutes(2))) struct DedicatedThreadTests {
    @Test func `work that blocks has threads of its own, as many as it takes`() async {
        // More than all the threads that queues or tasks have.
        let count = 400
        let gate = DispatchSemaphore(value: 0)
        let entered = Tally<Int>()
        let all = Latch()
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask {
                    await DedicatedThread.run {
                        if entered.add(number) == count { all.open() }
                        gate.wait()
                        return number
                    }
                }
            }
            await all.wait()
            for _ in 0..<count { gate.signal() }
            let numbers = await group.reduce(into: Set<Int>()) { $0.insert($1) }
            #expect(numbers == Set(0..<count))
        }
    }

    /// Threads that wait for work and new threads race for it.
    @Test func `each of many brief calls gets its own result`() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<500
                    where await DedicatedThread.run({ task * 1000 + number }) != task * 1000 + number {
                        return false
                    }
                    return true
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func `a start returns at once, and the caller's thread does none of the work`() async {
        let caller = pthread_self()
        let hold = WakeEvent()
        let result = Locked<Bool?>(nil)
        let done = Latch()
        DedicatedThread.start {
            hold.wait(for: 60_000)
            result.value = pthread_equal(pthread_self(), caller) == 0
            done.open()
        }
        #expect(!done.isOpen)
        hold.signal()
        await done.wait()
        #expect(result.value == true)
    }
}

@Suite(.timeLimit(.minutes(1))) struct DispatchQueueExecutorTests {
    private actor Counter {
        nonisolated let executor: DispatchQueueExecutor
        private var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(_ executor: DispatchQueueExecutor) { self.executor = executor }

        func add() -> Bool {
            count += 1
            return DispatchQueueExecutor.isCurrent
        }
        var total: Int { count }
    }

    @Test func `an actor on a queue runs there, where blocking is allowed`() async {
        let counter = Counter(DispatchQueueExecutor(label: "test"))
        #expect(await counter.add())
        #expect(!DispatchQueueExecutor.isCurrent)
    }

    @Test func `two actors of one queue never run at a time`() async {
        let executor = DispatchQueueExecutor(label: "test")
        let counters = [Counter(executor), Counter(executor)]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask { for _ in 0..<1000 { _ = await counters[number % 2].add() } }
            }
        }
        let totals = [await counters[0].total, await counters[1].total]
        #expect(totals == [4000, 4000])
    }

    @Test func `a task that prefers the queue keeps to it in the functions that it calls`() async {
        func inside() async -> Bool { DispatchQueueExecutor.isCurrent }
        let executor = DispatchQueueExecutor(label: "test", target: DispatchQueue(label: "below"))
        #expect(await Task(executorPreference: executor) { await inside() }.value)
    }
}
