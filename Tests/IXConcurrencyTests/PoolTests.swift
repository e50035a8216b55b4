import IXConcurrency
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct PoolTests {
    private struct Refusal: Error {}

    @Test func `an item has one user at a time, and every user gets an item`() async {
        let pool = Pool(Array(0..<3))
        let users = (0..<3).map { _ in Counter() }
        let uses = Tally<Int>()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        await pool.lend { item in
                            #expect(users[item].enter() == 1)
                            await Task.yield()
                            users[item].leave()
                        }
                        uses.add(0)
                    }
                }
            }
        }
        #expect(uses.all.count == 8000)
    }

    @Test func `items are lent in the order of arrival`() async {
        let pool = Pool([0])
        let served = Tally<Int>()
        let line = DispatchQueueExecutor(label: "test")
        let (hold, isLent) = (Latch(), Latch())
        let first = Task {
            await pool.lend { _ in
                isLent.open()
                await hold.wait()
            }
        }
        await isLent.wait()
        let tasks = (0..<300).map { number in
            Task(executorPreference: line) {
                await pool.lend { _ in _ = served.add(number) }
            }
        }
        while pool.counts.waiting < tasks.count { await Task.yield() }
        hold.open()
        await first.value
        for task in tasks { await task.value }
        #expect(served.all == Array(0..<300))
    }

    @Test func `an item is given back when its user throws`() async throws {
        let pool = Pool([7])
        await #expect(throws: Refusal.self) { try await pool.lend { _ in throw Refusal() } }
        #expect(await pool.lend { $0 } == 7)
    }

    @Test func `a visit sees the idle items alone, and leaves them idle`() async {
        let pool = Pool([1, 2, 3])
        var visited: [Int] = []
        await pool.lend { item in
            pool.visitIdle { visited.append($0) }
            #expect(Set(visited + [item]) == [1, 2, 3] && visited.count == 2)
        }
        visited = []
        pool.visitIdle { visited.append($0) }
        #expect(Set(visited) == [1, 2, 3])
    }

    @Test func `a task that comes during a visit gets the item after it`() async {
        let pool = Pool([1])
        let line = DispatchQueueExecutor(label: "test")
        let (begun, arrived) = (Latch(), WakeEvent())
        let visit = Task {
            await DedicatedThread.run {
                pool.visitIdle { _ in
                    begun.open()
                    arrived.wait(for: 60_000)
                }
            }
        }
        await begun.wait()
        let user = Task(executorPreference: line) { await pool.lend { $0 } }
        await Task(executorPreference: line) {}.value
        arrived.signal()
        await visit.value
        #expect(await user.value == 1)
    }
}

/// Counts the present users of an item.
private final class Counter: Sendable {
    private let present = Atomic(0)

    /// Returns the number of users, this one included.
    func enter() -> Int { present.add(1, ordering: .sequentiallyConsistent).newValue }
    func leave() { present.subtract(1, ordering: .sequentiallyConsistent) }
}
