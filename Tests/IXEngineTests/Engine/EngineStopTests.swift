import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// Stops of an engine: in time, once, twice, during a start, with jobs running.
@Suite(.timeLimit(.minutes(2))) struct EngineStopTests {
    @Test func `a drain lets a running job end within the grace, and claims nothing more`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(workers: 1, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.engine.start(predecessor: nil)
        let first = try await bench.store.insert("first", useCase: "held")
        await pipeline.begun.wait()
        let second = try await bench.store.insert("second", useCase: "held")
        bench.engine.forbidClaims()
        let drain = Task { await bench.engine.drain() }
        pipeline.release.open()
        await drain.value
        let content = bench.store.content
        #expect(content.rows[first]?.status == .done && content.rows[second]?.status == .pending)
        #expect(content.leases.isEmpty && bench.living == [])
    }

    @Test func `after the grace a drain stops the runs and hands the jobs back without a charge`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(settings: { $0.grace = .zero }, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.engine.start(predecessor: nil)
        let job = try await bench.store.insert("job", useCase: "held", maxAttempts: 1)
        await pipeline.begun.wait()
        await bench.engine.drain()
        let row = bench.store.content.rows[job]
        #expect(row?.status == .pending && row?.attempts == 1 && row?.maxAttempts == 2)
        #expect(bench.engine.state.counts.handedBack == 1 && bench.living == [])
    }

    @Test func `a second request to stop ends the grace`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(
            settings: { $0.grace = .seconds(600) }, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.engine.start(predecessor: nil)
        let job = try await bench.store.insert("job", useCase: "held")
        await pipeline.begun.wait()
        let drain = Task { await bench.engine.drain() }
        bench.engine.cutGrace()
        await drain.value
        #expect(bench.store.content.rows[job]?.status == .pending && bench.living == [])
    }

    @Test func `a job cancelled during the drain ends cancelled`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(pipelines: { $0.register(pipeline, as: "held") })
        try await bench.engine.start(predecessor: nil)
        let job = try await bench.store.insert("job", useCase: "held")
        await pipeline.begun.wait()
        let drain = Task { await bench.engine.drain() }
        _ = try await bench.store.cancel(job)
        await drain.value
        #expect(bench.store.content.rows[job]?.errorCode == "cancelled" && bench.living == [])
    }

    @Test func `an engine that starts and stops at once, many times over, leaves nothing running`() async throws {
        for batch in [1, 4] {
            for _ in 0..<20 {
                let bench = EngineBench(workers: 4, batch: batch)
                for number in 0..<4 { try await bench.store.insert("\(number)") }
                try await bench.engine.start(predecessor: nil)
                await bench.engine.drain()
                #expect(bench.living == [] && bench.store.content.count(.running) == 0)
                #expect(bench.store.content.leases.isEmpty)
            }
        }
    }

    @Test func `a second stop returns, whether at once or later`() async throws {
        let bench = EngineBench()
        try await bench.engine.start(predecessor: nil)
        async let first: Void = bench.engine.drain()
        async let second: Void = bench.engine.drain()
        _ = await (first, second)
        await bench.engine.drain()
        #expect(bench.living == [])
    }

    @Test func `a stop before the start returns, and a later start runs nothing`() async throws {
        let bench = EngineBench()
        let job = try await bench.store.insert("job")
        await bench.engine.drain()
        try await bench.engine.start(predecessor: nil)
        await bench.engine.drain()
        #expect(bench.store.content.rows[job]?.status == .pending)
        #expect(bench.store.content.leases.isEmpty && bench.living == [])
    }

    @Test func `a stop during the start returns, and the start leaves nothing running`() async throws {
        let bench = EngineBench()
        let held = bench.store.hold(until: Latch())
        let start = Task { try await bench.engine.start(predecessor: nil) }
        await held.wait()
        bench.engine.forbidClaims()
        let drain = Task { await bench.engine.drain() }
        bench.store.release()
        try await start.value
        await drain.value
        #expect(bench.store.content.leases.isEmpty && bench.living == [])
    }

    @Test func `a start that outlasts the drain leaves nothing running and holds no lease`() async throws {
        let bench = EngineBench(settings: { ($0.callTimeout, $0.grace, $0.killGrace) = (.zero, .zero, .zero) })
        let held = bench.store.hold(until: Latch())
        let start = Task { try await bench.engine.start(predecessor: nil) }
        await held.wait()
        await bench.engine.drain()
        bench.store.release()
        try await start.value
        #expect(bench.store.content.leases.isEmpty && bench.livingLoops == [])
        await bench.engine.drain()
        #expect(bench.living == [])
    }

    @Test func `a store that never answers keeps no stop from returning`() async throws {
        let bench = EngineBench(settings: { $0.grace = .milliseconds(10) })
        try await bench.engine.start(predecessor: nil)
        let held = bench.store.hold(until: Latch())
        bench.store.notifier.notify(.jobs(2))
        await held.wait()
        let start = ContinuousClock.now
        await bench.engine.drain()
        #expect(ContinuousClock.now - start < .seconds(30))
        bench.store.release()
    }
}
