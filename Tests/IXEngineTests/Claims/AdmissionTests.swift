import IXConcurrency
import IXPipelines
import IXPipelinesSupport
import IXStore
import Synchronization
import Testing

@testable import IXEngine

/// Which pipelines may be given a job: never more jobs than slots, and no worker waits for a slot that is free.
@Suite(.timeLimit(.minutes(2))) struct AdmissionTests {
    private static func registry(_ limits: [String: Int?], breaker: CircuitBreaker.Settings = .init())
        -> PipelineRegistry
    {
        var registry = PipelineRegistry(timeout: .seconds(1), drills: false)
        for (name, limit) in limits {
            registry.register(EchoPipeline(), as: name, concurrency: limit, breaker: breaker)
        }
        return registry
    }

    /// Counts the calls of `onRoom`.
    private static func made(
        _ limits: [String: Int?], breaker: CircuitBreaker.Settings = .init()
    ) -> (admission: Admission, rooms: Locked<Int>) {
        let rooms = Locked(0)
        let admission = Admission(registry(limits, breaker: breaker)) { rooms.value += 1 }
        rooms.value = 0
        return (admission, rooms)
    }

    /// True when a claim with the filter may bring a job of the use case.
    private static func allows(_ filter: UseCaseFilter?, _ useCase: String) -> Bool {
        filter.map { $0.isOnly == $0.names.contains(useCase) } ?? true
    }

    /// Eight workers claim jobs of one limited pipeline; a worker that finds no slot waits as an idle worker does.
    /// Some claims bring nothing, and give their slots back.
    @Test(arguments: [["few": 3, "default": nil], ["few": 1, "default": nil], ["few": 3]] as [[String: Int?]])
    func `under load no pipeline is over its limit, and every worker gets its turns`(_ limits: [String: Int?]) async {
        let idle = IdleWorkers()
        let admission = Admission(Self.registry(limits)) { idle.wake() }
        let running = Runs(limit: (limits["few"] ?? nil) ?? 0)
        let reservations = 10_000
        let left = Locked(reservations)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = admission.counter(of: "few")
                    var turns = 0
                    while turns < reservations / 8 {
                        let generation = idle.generation
                        let slots = admission.reserve()
                        guard Self.allows(slots.filter, "few"), turns % 7 != 6 || Bool.random() else {
                            admission.release(slots, keeping: nil)
                            if !Self.allows(slots.filter, "few") { await idle.wait(since: generation) }
                            continue
                        }
                        admission.release(slots, keeping: counter)
                        idle.wakeMore()
                        running.enter()
                        await Task.yield()
                        running.leave()
                        _ = admission.ended(counter, .well)
                        turns += 1
                    }
                    return turns
                }
            }
            var turns = 0
            for await count in group { turns += count }
            left.value -= turns
        }
        #expect(left.value == 0 && running.most <= running.limit, "\(running.most) at a time")
    }

    @Test func `a claim reserves a slot at every limited pipeline, and leaves the full ones out`() {
        let (admission, _) = Self.made(["one": 1, "two": 2, "default": nil])
        let first = admission.reserve()
        #expect(first.filter == nil)
        let second = admission.reserve()
        #expect(second.filter == .except(["one"]))
        let third = admission.reserve()
        #expect(third.filter == .except(["one", "two"]))
        for slots in [first, second, third] { admission.release(slots, keeping: nil) }
        #expect(admission.reserve().filter == nil)
    }

    @Test func `while the fallback is full only pipelines with a name of their own get jobs`() {
        let (admission, _) = Self.made(["a": nil, "default": 1])
        admission.release(admission.reserve(), keeping: admission.counter(of: "default"))
        #expect(admission.reserve().filter == .only(["a", "echo"]))
    }

    @Test func `of its slots a claim keeps that of the job that it brought`() {
        let (admission, rooms) = Self.made(["one": 1, "two": 1, "default": nil])
        let slots = admission.reserve()
        admission.release(slots, keeping: admission.counter(of: "one"))
        let next = admission.reserve()
        #expect(next.filter == .except(["one"]) && rooms.value == 0)
        admission.release(next, keeping: nil)
        #expect(admission.ended(admission.counter(of: "one"), .well) == nil)
        #expect(rooms.value == 1, "the claim that found it full is told")
        #expect(admission.reserve().filter == nil)
    }

    @Test func `a slot that a claim gives back unused wakes a worker that found none`() {
        let (admission, rooms) = Self.made(["one": 1, "default": nil])
        let first = admission.reserve()
        admission.release(admission.reserve(), keeping: nil)
        #expect(rooms.value == 0)
        admission.release(first, keeping: nil)
        #expect(rooms.value == 1)
    }

    @Test func `nothing is reserved and no room is told of where nothing has a limit`() {
        let (admission, rooms) = Self.made(["a": nil, "default": nil])
        admission.decideNarrow(false, since: 0)
        let slots = admission.reserve()
        admission.release(slots, keeping: admission.counter(of: "a"))
        #expect(admission.ended(admission.counter(of: "a"), .well) == nil)
        #expect(slots.filter == nil && rooms.value == 0)
    }

    @Test func `faults in a row close a pipeline, one probe follows the pause, and a good run opens it`() {
        let breaker = CircuitBreaker.Settings(failures: 2, pause: .seconds(60), longest: .seconds(60))
        let (admission, rooms) = Self.made(["a": nil, "default": nil], breaker: breaker)
        let counter = admission.counter(of: "a")
        func run(_ verdict: CircuitBreaker.Verdict, at now: ContinuousClock.Instant = .now) -> CircuitBreaker.Change? {
            admission.release(admission.reserve(at: now), keeping: counter)
            return admission.ended(counter, verdict)
        }
        #expect(run(.fault("x")) == nil && run(.fault("y")) == .opened(reason: "y", pause: .seconds(60)))
        let open = admission.openBreakers
        #expect(open.map(\.pipeline) == ["a"] && open.map(\.reason) == ["y"] && open.allSatisfy { $0.since != nil })
        #expect(admission.reserve().filter == .except(["a"]))
        let later = ContinuousClock.now + .seconds(61)
        let probe = admission.reserve(at: later)
        #expect(probe.filter == nil)
        #expect(admission.reserve(at: later).filter == .except(["a"]), "one probe at a time")
        admission.release(probe, keeping: counter)
        let before = rooms.value
        #expect(admission.ended(counter, .well) == .closed && rooms.value > before)
        #expect(admission.openBreakers == [] && admission.reserve().filter == nil)
    }

    @Test func `a reload's limits hold at once, jobs that run count, and a removed pipeline stays until they end`() {
        let (admission, _) = Self.made(["a": 2, "default": nil])
        let counter = admission.counter(of: "a")
        admission.release(admission.reserve(), keeping: counter)
        admission.apply(Self.registry(["a": 1, "default": nil]))
        #expect(admission.reserve().filter == .except(["a"]))
        admission.apply(Self.registry(["default": nil]))
        #expect(admission.reserve().filter == .except(["a"]))
        #expect(admission.ended(counter, .well) == nil)
        admission.apply(Self.registry(["default": nil]))
        #expect(admission.reserve().filter == nil && admission.counter(of: "a") === counter)
    }
}

/// The runs at a time, checked against a limit.
private final class Runs: Sendable {
    let limit: Int
    private let counts = Mutex((now: 0, most: 0))

    init(limit: Int) { self.limit = limit }

    var most: Int { counts.withLock { $0.most } }
    func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { counts.withLock { $0.now -= 1 } }
}
