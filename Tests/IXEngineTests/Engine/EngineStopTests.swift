import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXStore
import IXTestSupport
import Logging
import ServiceLifecycle
import Testing

@testable import IXEngine

/// Stops of an engine: in time, once, twice, during a start, with jobs running.
@Suite(.timeLimit(.minutes(2))) struct EngineStopTests {
    @Test func `a drain lets a running job end within the grace, and claims nothing more`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(workers: 1, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.start()
        let first = try await bench.store.insert("first", useCase: "held")
        await pipeline.begun.wait()
        let second = try await bench.store.insert("second", useCase: "held")
        bench.engine.forbidClaims()
        let drain = Task { await bench.drain() }
        pipeline.release.open()
        await drain.value
        let content = bench.store.content
        #expect(content.rows[first]?.status == .done && content.rows[second]?.status == .pending)
        #expect(content.leases.isEmpty && bench.living == [])
    }

    @Test func `after the grace a drain stops the runs and hands the jobs back without a charge`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(settings: { $0.grace = .zero }, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.start()
        let job = try await bench.store.insert("job", useCase: "held", maxAttempts: 1)
        await pipeline.begun.wait()
        await bench.drain()
        let row = bench.store.content.rows[job]
        #expect(row?.status == .pending && row?.attempts == 1 && row?.maxAttempts == 2)
        #expect(bench.engine.state.counts.handedBack == 1 && bench.living == [])
    }

    @Test func `a second request to stop ends the grace`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(
            settings: { $0.grace = .seconds(600) }, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.start()
        let job = try await bench.store.insert("job", useCase: "held")
        await pipeline.begun.wait()
        let drain = Task { await bench.drain() }
        bench.engine.cutGrace()
        await drain.value
        #expect(bench.store.content.rows[job]?.status == .pending && bench.living == [])
    }

    @Test func `a job cancelled during the drain ends cancelled`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(pipelines: { $0.register(pipeline, as: "held") })
        try await bench.start()
        let job = try await bench.store.insert("job", useCase: "held")
        await pipeline.begun.wait()
        let drain = Task { await bench.drain() }
        _ = try await bench.store.cancel(job)
        await drain.value
        #expect(bench.store.content.rows[job]?.errorCode == "cancelled" && bench.living == [])
    }

    @Test func `an engine that starts and stops at once, many times over, leaves nothing running`() async throws {
        for batch in [1, 4] {
            for _ in 0..<50 {
                let bench = EngineBench(workers: 4, batch: batch)
                for number in 0..<4 { try await bench.store.insert("\(number)") }
                try await bench.start()
                await bench.drain()
                #expect(bench.living == [] && bench.store.content.count(.running) == 0)
                #expect(bench.store.content.leases.isEmpty)
            }
        }
    }

    @Test func `a second stop returns, whether at once or later`() async throws {
        let bench = EngineBench()
        try await bench.start()
        async let first: Void = bench.drain()
        async let second: Void = bench.drain()
        _ = await (first, second)
        await bench.drain()
        #expect(bench.living == [])
    }

    @Test func `a stop before the start returns, and a later start runs nothing`() async throws {
        let bench = EngineBench()
        let job = try await bench.store.insert("job")
        bench.engine.forbidClaims()
        try await bench.start()
        await bench.drain()
        #expect(bench.store.content.rows[job]?.status == .pending)
        #expect(bench.store.content.leases.isEmpty && bench.living == [])
    }

    @Test func `a stop during the start returns, and the start leaves nothing running`() async throws {
        let bench = EngineBench()
        let held = bench.store.hold(until: Latch())
        let start = Task { try await bench.start() }
        await held.wait()
        bench.engine.forbidClaims()
        bench.store.release()
        try await start.value
        await bench.drain()
        #expect(bench.store.content.leases.isEmpty && bench.living == [])
    }

    @Test func `a start that outlasts the stop leaves nothing running and holds no lease`() async throws {
        let bench = EngineBench()
        let held = bench.store.hold(until: Latch())
        let start = Task { try await bench.engine.start(predecessor: nil) }
        await held.wait()
        bench.engine.forbidClaims()
        bench.store.release()
        try await start.value
        #expect(bench.store.content.leases.isEmpty && bench.livingLoops == [])
    }

    @Test func `every service of the engine runs and stops alone, in any order`() async throws {
        for index in 0..<4 {
            await raceStops { () -> RacedLoop in
                let service = EngineBench().engine.services[index]
                let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let group = ServiceGroup(services: [service], logger: quiet)
                // ignored: a group runs once, and says so at the second run
                return RacedLoop(run: { try? await group.run() }, stop: { await group.triggerGracefulShutdown() })
            }
        }
    }

    @Test func `a store that never answers keeps no stop from returning`() async throws {
        let bench = EngineBench(settings: { $0.grace = .milliseconds(10) })
        try await bench.start()
        let held = bench.store.hold(until: Latch())
        bench.store.notifier.notify(.jobs(2))
        await held.wait()
        let start = ContinuousClock.now
        await bench.drain()
        #expect(ContinuousClock.now - start < .seconds(30))
        bench.store.release()
    }
}
