import Testing

@testable import IXEngine

/// The counting of jobs and of claims' slots, without breakers and without locks.
@Suite struct PipelineSlotsTests {
    /// A box, because expectations can't change a value.
    private final class Bench {
        var slots = PipelineSlots()

        init(_ limits: [String: Int?]) { slots.apply(limits) }

        func reserve(_ ceiling: Int? = nil) -> (held: Set<String>, full: Set<String>) { slots.reserve { _ in ceiling } }
        func release(_ held: Set<String>, taken: String? = nil) -> Bool { slots.release(held, taken: taken) }
        func ended(_ name: String) -> Bool { slots.ended(name) }
        func counter(_ name: String) -> PipelineSlots.Counter { slots.counter(of: name) }
    }

    @Test func `a claim gets a slot at every limited pipeline with room, and none elsewhere`() {
        let bench = Bench(["one": 1, "two": 2, "free": nil])
        #expect(bench.reserve() == (["one", "two"], []))
        #expect(bench.reserve() == (["two"], ["one"]))
        #expect(bench.reserve() == ([], ["one", "two"]))
    }

    @Test(
        arguments: [(nil, nil, 9), (nil, 3, 3), (2, nil, 2), (2, 3, 2), (3, 2, 2), (0, nil, 0)] as [(Int?, Int?, Int)])
    func `of two limits the lower one holds`(_ row: (ceiling: Int?, concurrency: Int?, most: Int)) {
        let bench = Bench(["a": row.concurrency])
        let counter = bench.counter("a")
        var taken = 0
        while taken < 9 {
            let (held, full) = bench.reserve(row.ceiling)
            if !full.isEmpty { break }
            counter.begin()
            _ = bench.release(held, taken: "a")
            taken += 1
        }
        #expect(taken == row.most)
    }

    @Test func `jobs count as claims' slots do, and leave their slot with their end`() {
        let bench = Bench(["a": 2])
        let counter = bench.counter("a")
        counter.begin()
        #expect(bench.reserve().held == ["a"])
        #expect(bench.reserve().full == ["a"])
        counter.end()
        #expect(counter.count == 0 && bench.reserve().held == ["a"])
    }

    @Test func `a free slot is told once, and only to a claim that found none`() {
        let bench = Bench(["a": 1, "b": 1])
        let first = bench.reserve().held
        #expect(!bench.release(first))
        let second = bench.reserve().held
        _ = bench.reserve()
        #expect(bench.release(second) && !bench.release(bench.reserve().held))
    }

    @Test func `the slot that a job takes over is told to no claim, and another one is`() {
        let bench = Bench(["a": 1])
        let held = bench.reserve().held
        _ = bench.reserve()
        bench.counter("a").begin()
        #expect(!bench.release(held, taken: "a"))
        _ = bench.reserve()
        bench.counter("a").end()
        #expect(bench.ended("a") && !bench.ended("a"))
    }

    @Test func `slots are unlimited while no pipeline has a limit and no claim holds a slot`() {
        let bench = Bench(["a": nil])
        #expect(bench.slots.areUnlimited)
        let (held, _) = bench.reserve(1)
        #expect(!bench.slots.areUnlimited)
        _ = bench.release(held)
        #expect(bench.slots.areUnlimited)
        bench.slots.apply(["a": 3])
        #expect(!bench.slots.areUnlimited)
    }

    @Test func `a removed pipeline goes when its jobs and claims have gone, and its counter comes back with it`() {
        let bench = Bench(["a": 1, "b": nil])
        let counter = bench.counter("a")
        counter.begin()
        bench.slots.apply(["b": nil])
        #expect(bench.slots.pipelines == ["a", "b"])
        counter.end()
        bench.slots.apply(["b": nil])
        #expect(bench.slots.pipelines == ["b"] && bench.counter("a") === counter)
        bench.slots.apply(["a": 1, "b": nil])
        let (held, _) = bench.reserve()
        bench.slots.apply(["b": nil])
        #expect(held == ["a"] && bench.slots.pipelines == ["a", "b"])
    }

    @Test func `a pipeline without slots is told of nothing`() {
        let bench = Bench([:])
        #expect(!bench.ended("gone") && !bench.release(["gone"]) && bench.slots.areUnlimited)
    }
}
