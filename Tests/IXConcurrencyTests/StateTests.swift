import IXConcurrency
import Testing

@Suite struct LockedTests {
    @Test func `a reader sees a value whole, as some writer set it`() async {
        let locked = Locked([0, 0, 0])
        await withTaskGroup(of: Void.self) { group in
            for task in 1...4 {
                group.addTask { for number in 0..<2000 { locked.value = Array(repeating: task * number, count: 3) } }
                group.addTask {
                    for _ in 0..<2000 {
                        let value = locked.value
                        #expect(value.count == 3 && Set(value).count == 1)
                    }
                }
            }
        }
    }

    @Test func `the last value set is the value read`() {
        let locked = Locked("a")
        #expect(locked.value == "a")
        locked.value = "b"
        #expect(locked.value == "b")
    }
}

@Suite struct LivenessTests {
    private static let day = Duration.seconds(86_400)

    @Test(arguments: [(Duration.seconds(-1), false), (.seconds(9), false), (.seconds(11), true), (.seconds(600), true)])
    func `a loop is late once the limit of its last beat is over`(_ passed: Duration, _ isLate: Bool) {
        let start = ContinuousClock.now
        let liveness = Liveness("loop", nextWithin: .seconds(10))
        #expect(liveness.isLate(at: start + passed) == isLate && liveness.name == "loop")
    }

    @Test func `a beat sets the limit anew, longer or shorter`() {
        let liveness = Liveness("loop", nextWithin: .seconds(10))
        liveness.beat(nextWithin: Self.day)
        #expect(!liveness.isLate(at: .now + Self.day / 2) && liveness.isLate(at: .now + Self.day * 2))
        liveness.beat(nextWithin: .zero)
        #expect(liveness.isLate(at: .now + .seconds(1)))
    }

    @Test func `a loop that has ended is never late`() {
        let liveness = Liveness("loop", nextWithin: .seconds(-10))
        #expect(liveness.isLate())
        liveness.end()
        #expect(!liveness.isLate(at: .now + Self.day * 3650))
    }
}
