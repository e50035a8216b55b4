import IXConcurrency
import Testing

@Suite(.timeLimit(.minutes(2))) struct LatchTests {
    @Test func `an open latch lets every wait pass at once`() async {
        let latch = Latch()
        #expect(!latch.isOpen)
        latch.open()
        latch.open()
        #expect(latch.isOpen)
        await latch.wait()
        let isOpen = await latch.wait(upTo: .zero)
        #expect(isOpen)
    }

    @Test(arguments: [Duration.zero, .milliseconds(1), .seconds(-1)])
    func `a wait ends when its time is up, and the latch stays closed`(_ limit: Duration) async {
        let latch = Latch()
        let isOpen = await latch.wait(upTo: limit)
        #expect(!isOpen && !latch.isOpen)
        latch.open()
        #expect(await latch.wait(upTo: .seconds(60)))
    }

    @Test func `opening resumes all waits, those with a limit and those without`() async {
        let latch = Latch()
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<500 {
                group.addTask {
                    if number % 2 == 0 { return await latch.wait(upTo: .seconds(600)) }
                    await latch.wait()
                    return true
                }
            }
            latch.open()
            for await isOpen in group { #expect(isOpen) }
        }
    }

    @Test func `cancelling a waiting task doesn't end its wait`() async {
        let latch = Latch()
        let hasPassed = Locked(false)
        let waiter = Task {
            await latch.wait()
            hasPassed.value = latch.isOpen
        }
        waiter.cancel()
        latch.open()
        await waiter.value
        #expect(hasPassed.value, "the wait ended before the latch opened")
    }

    /// The end of the time and the opening race: each wait ends once, and a wait that missed the opening says so.
    @Test func `a wait whose time ends as the latch opens ends once`() async {
        for round in 0..<500 {
            let latch = Latch()
            let results = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
                for number in 0..<4 { group.addTask { await latch.wait(upTo: .microseconds(number * 20)) } }
                group.addTask {
                    for _ in 0..<(round % 20) { await Task.yield() }
                    latch.open()
                    return true
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count == 5 && latch.isOpen)
        }
    }
}
