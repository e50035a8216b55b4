import Dispatch
import IXConcurrency
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct OneShotTimerTests {
    /// The calls of many timers, of which some are left to fire.
    private final class Calls: Sendable {
        private let counts: Mutex<[Int]>
        private let left: Atomic<Int>
        /// Opens when every timer that was left to fire has fired.
        let all = Latch()

        init(_ count: Int, left: Int) {
            counts = Mutex(Array(repeating: 0, count: count))
            self.left = Atomic(left)
        }

        func came(_ number: Int, isLeft: Bool) {
            counts.withLock { $0[number] += 1 }
            if isLeft, left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { all.open() }
        }

        var most: Int { counts.withLock { $0.max() ?? 0 } }
    }

    /// Of eight timers two are left to fire, two are freed at once, two cancelled at once, and two cancelled when they
    /// may be firing.
    @Test func `each of many timers fires once, while others are cancelled, freed and armed`() async {
        let (tasks, each) = (8, 4000)
        let calls = Calls(tasks * each, left: tasks * each / 4)
        let kept = await withTaskGroup(of: [OneShotTimer].self, returning: [OneShotTimer].self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var (kept, cancelled): ([OneShotTimer], [OneShotTimer]) = ([], [])
                    for index in 0..<each {
                        let number = task * each + index
                        let timer = OneShotTimer(after: .microseconds(index * 7 % 3000)) {
                            calls.came(number, isLeft: index % 4 == 0)
                        }
                        switch index % 4 {
                        case 0: kept.append(timer)
                        case 1: timer.cancel()
                        case 2: cancelled.append(timer)
                        default: break
                        }
                        if cancelled.count > 20 { cancelled.removeFirst().cancel() }
                        if index % 64 == 0 { await Task.yield() }
                    }
                    return kept
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        await calls.all.wait()
        #expect(calls.most == 1 && kept.count == tasks * each / 4)
    }

    @Test(arguments: [Duration.seconds(-1), .zero, .nanoseconds(1), .milliseconds(3), .milliseconds(170)])
    func `no timer fires before its time, and none much later`(_ time: Duration) async {
        let fired = Latch()
        let start = ContinuousClock.now
        let timer = OneShotTimer(after: time) { fired.open() }
        await fired.wait()
        #expect(.now - start >= time)
        timer.cancel()
    }

    @Test func `an earlier timer overtakes a later one, and the longest time is no trap`() async {
        let fired = Latch()
        let late = [Duration.seconds(3600), .seconds(1e18), .seconds(Int64.max)].map { time in
            OneShotTimer(after: time) { Issue.record("the timer of \(time) fired") }
        }
        let early = OneShotTimer(after: .milliseconds(1)) { fired.open() }
        await fired.wait()
        for timer in late + [early] { timer.cancel() }
    }

    @Test func `a timer is armed and cancelled within the call of another timer`() async {
        let (fired, chain) = (Latch(), Locked<[OneShotTimer]>([]))
        @Sendable func arm(_ left: Int) {
            let next = OneShotTimer(after: .zero) { left == 0 ? fired.open() : arm(left - 1) }
            let old = chain.value
            chain.value = [next]
            for timer in old { timer.cancel() }
        }
        arm(1000)
        await fired.wait()
    }

    @Test func `a cancelled timer frees its closure at once, a timer that fired as well`() async {
        final class Held: Sendable {}
        weak var (cancelled, fired): (Held?, Held?)
        let over = Latch()
        let timers = {
            let held = [Held(), Held()]
            (cancelled, fired) = (held[0], held[1])
            return [
                OneShotTimer(after: .seconds(3600)) { [one = held[0]] in withExtendedLifetime(one) {} },
                OneShotTimer(after: .zero) { [one = held[1]] in withExtendedLifetime(one) {} },
            ]
        }()
        timers[0].cancel()
        #expect(cancelled == nil)
        // The timers share a thread, so the call before the next timer's has ended.
        let next = OneShotTimer(after: .milliseconds(1)) { over.open() }
        await over.wait()
        #expect(fired == nil)
        withExtendedLifetime((timers, next)) {}
    }

    /// More queues than Dispatch has threads, and more tasks than the shared pool has.
    @Test func `a timer fires while every thread of Dispatch and of the shared pool is held`() async {
        let release = DispatchSemaphore(value: 0)
        let (queues, tasks) = (300, 16)
        for number in 0..<queues { DispatchQueue(label: "test.held.\(number)").async { release.wait() } }
        await DedicatedThread.run {
            for _ in 0..<tasks { Task.detached { Self.hold(release) } }
            let fired = DispatchSemaphore(value: 0)
            let timer = OneShotTimer(after: .milliseconds(20)) { fired.signal() }
            let isFired = fired.wait(timeout: .now() + .seconds(30)) == .success
            for _ in 0..<queues + tasks { release.signal() }
            #expect(isFired)
            timer.cancel()
        }
    }

    private static func hold(_ release: DispatchSemaphore) { release.wait() }
}

@Suite(.timeLimit(.minutes(1))) struct ThreadExecutorTests {
    /// True while a job of an executor runs; two jobs at a time would find it true.
    private final class Line: Sendable {
        let executor = ThreadExecutor()
        private let isBusy = Atomic(false)
        private let clashes = Atomic(0)

        func step() {
            if isBusy.exchange(true, ordering: .acquiringAndReleasing) { clashes.add(1, ordering: .relaxed) }
            isBusy.store(false, ordering: .releasing)
        }

        var clashCount: Int { clashes.load(ordering: .relaxed) }
    }

    @Test func `each of many tasks ends, and the jobs of an executor never overlap`() async {
        let lines = (0..<8).map { _ in Line() }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                let line = lines[number % lines.count]
                group.addTask(executorPreference: line.executor) {
                    for _ in 0..<50 {
                        line.step()
                        await Task.yield()
                        // A wait brings the task back from the timers' thread.
                        if number % 40 == 0 { await Latch().wait(upTo: .microseconds(50)) }
                    }
                }
            }
        }
        #expect(lines.allSatisfy { $0.clashCount == 0 })
    }

    @Test func `a task outlives its caller's hold of the executor, and the executor ends with the task`() async {
        weak var executor: ThreadExecutor?
        let (begun, release) = (Latch(), Latch())
        let task = {
            let made = ThreadExecutor()
            executor = made
            return Task(executorPreference: made) {
                begun.open()
                await release.wait()
                return 7
            }
        }()
        await begun.wait()
        release.open()
        #expect(await task.value == 7)
        withExtendedLifetime(executor) {}
    }

    @Test func `a task that blocks delays no task of another executor`() async {
        let release = DispatchSemaphore(value: 0)
        let blocked = (0..<100).map { _ in Task(executorPreference: ThreadExecutor()) { Self.hold(release) } }
        for number in 0..<100 { #expect(await Task(executorPreference: ThreadExecutor()) { number }.value == number) }
        for _ in blocked { release.signal() }
        for task in blocked { await task.value }
    }

    private static func hold(_ release: DispatchSemaphore) { release.wait() }
}
