import Dispatch
import IXConcurrency
import Synchronization
import Testing

@testable import IXEngine

/// Idle workers and the notifications that wake them: no notification is lost, and no more workers wake than jobs came.
@Suite(.timeLimit(.minutes(2))) struct IdleWorkersTests {
    /// Tasks that wait as idle workers.
    private final class Waiters: Sendable {
        let idle: IdleWorkers
        private let line = DispatchQueueExecutor(label: "test")
        private let awake = Mutex<[Int]>([])

        init(_ idle: IdleWorkers = IdleWorkers()) { self.idle = idle }

        /// The numbers of the workers that went on, in order.
        var woken: [Int] { awake.withLock { $0 } }

        func add(_ count: Int) async -> [Task<Void, Never>] {
            let generation = idle.generation
            let tasks = (0..<count).map { number in
                Task(executorPreference: line) { [self] in
                    await idle.wait(since: generation)
                    awake.withLock { $0.append(number) }
                }
            }
            while idle.count < count, !Task.isCancelled { await Task.yield() }
            return tasks
        }

        func settle() async { await Task(executorPreference: line) {}.value }

        /// Waits up to ten seconds until `count` workers went on, and for those that would follow at once.
        func settle(until count: Int) async {
            let end = ContinuousClock.now + .seconds(10)
            while woken.count < count, .now < end { await Task.yield() }
            for _ in 0..<8 { await settle() }
        }
    }

    @Test func `a notification after the generation was read ends the wait at once`() async {
        let idle = IdleWorkers()
        let generation = idle.generation
        idle.wake()
        await idle.wait(since: generation)
        #expect(idle.generation == generation + 1)
    }

    @Test(arguments: [(0, 0), (-3, 0), (1, 1), (3, 3), (9, 5)])
    func `as many workers wake as jobs came`(_ jobs: Int, _ count: Int) async {
        let waiters = Waiters()
        let tasks = await waiters.add(5)
        waiters.idle.wake(jobs)
        await waiters.settle(until: count)
        #expect(waiters.woken.count == count)
        waiters.idle.drain()
        for task in tasks { await task.value }
        #expect(waiters.woken.count == 5)
    }

    @Test func `a worker that found a job wakes two more`() async {
        let waiters = Waiters()
        let tasks = await waiters.add(5)
        waiters.idle.wakeMore()
        await waiters.settle(until: 2)
        #expect(waiters.woken.count == 2)
        waiters.idle.drain()
        for task in tasks { await task.value }
    }

    @Test func `with neighbours a worker wakes a moment later, unless a claim comes back empty meanwhile`() async {
        // So long a moment that the claim comes back within the moment, however busy the machine is.
        let waiters = Waiters(IdleWorkers(moment: .milliseconds(500)))
        waiters.idle.hasNeighbours = true
        let tasks = await waiters.add(3)
        waiters.idle.wakeMore()
        waiters.idle.cameBackEmpty()
        // The second moment ends after the first, so the first has passed when a worker wakes.
        waiters.idle.wakeMore()
        while waiters.woken.isEmpty, !Task.isCancelled { await Task.yield() }
        await waiters.settle()
        #expect(waiters.woken.count == 1)
        waiters.idle.drain()
        for task in tasks { await task.value }
    }

    @Test func `a drain wakes all, and no later wait lasts`() async {
        let waiters = Waiters()
        let tasks = await waiters.add(5)
        #expect(!waiters.idle.isDraining)
        waiters.idle.drain()
        for task in tasks { await task.value }
        await waiters.idle.wait(since: waiters.idle.generation)
        #expect(waiters.idle.isDraining && waiters.woken.count == 5)
    }

    /// Eight workers take jobs as the engine's do; a job whose notification is lost would be left, and the test hang.
    @Test func `every one of many jobs is taken, whichever worker is idle when the job comes`() async {
        let idle = IdleWorkers()
        let jobs = Jobs()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    while !idle.isDraining {
                        let generation = idle.generation
                        if jobs.take() {
                            idle.wakeMore()
                            await Task.yield()
                        } else {
                            await idle.wait(since: generation)
                        }
                    }
                }
            }
            for _ in 0..<10_000 {
                jobs.add()
                idle.wake()
                if Int.random(in: 0..<20) == 0 { await Task.yield() }
            }
            await jobs.none.wait()
            idle.drain()
        }
        #expect(jobs.taken == 10_000)
    }
}

private final class Jobs: Sendable {
    /// Opens when all jobs of the test have been taken.
    let none = Latch()
    private let counts = Mutex((left: 0, taken: 0))

    var taken: Int { counts.withLock { $0.taken } }
    func add() { counts.withLock { $0.left += 1 } }

    func take() -> Bool {
        let taken: Int? = counts.withLock { counts in
            guard counts.left > 0 else { return nil }
            counts = (counts.left - 1, counts.taken + 1)
            return counts.taken
        }
        if taken == 10_000 { none.open() }
        return taken != nil
    }
}
