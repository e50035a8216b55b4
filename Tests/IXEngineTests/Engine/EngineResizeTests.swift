import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXTestSupport
import Testing

@testable import IXEngine

/// Changes of the number of workers while an engine runs.
@Suite(.timeLimit(.minutes(2))) struct EngineResizeTests {
    private let held = HeldPipeline()

    private func bench(_ workers: Int, batch: Int) -> EngineBench {
        EngineBench(workers: workers, batch: batch, pipelines: register)
    }

    private func register(_ pipelines: inout PipelineRegistry) { pipelines.register(held, as: "held") }

    private func resize(_ bench: EngineBench, to workers: Int) {
        var settings = bench.engine.shared.settings
        settings.workers = workers
        bench.engine.apply(settings, bench.engine.shared.pipelines)
    }

    private func numbers(_ bench: EngineBench) -> [Int] { bench.engine.state.workers.map(\.number) }

    @Test(arguments: [1, 8]) func `workers that are added take waiting jobs at once`(_ batch: Int) async throws {
        let bench = bench(1, batch: batch)
        try await bench.run { bench in
            for number in 0..<20 { try await bench.store.insert("\(number)", useCase: "held") }
            #expect(try await eventually(within: .seconds(30)) { held.runs == 1 })
            resize(bench, to: 20)
            #expect(try await eventually(within: .seconds(30)) { held.runs == 20 })
            #expect(numbers(bench) == Array(1...20))
            held.release.open()
            await bench.store.wait { $0.count(.done) == 20 }
        }
        #expect(bench.living == [])
    }

    @Test(arguments: [1, 8]) func `idle workers too many end at once, and the others go on`(_ batch: Int) async throws {
        let bench = bench(20, batch: batch)
        try await bench.run { bench in
            let isIdle = try await eventually(within: .seconds(30)) { bench.engine.shared.idleWorkers.count == 20 }
            #expect(isIdle)
            resize(bench, to: 2)
            #expect(try await eventually(within: .seconds(30)) { numbers(bench) == [1, 2] })
            let job = try await bench.store.insert("job")
            #expect(await bench.store.ended(job)?.status == .done)
        }
        #expect(bench.living == [])
    }

    @Test(arguments: [1, 8]) func `a worker too many ends after its job and takes no other`(_ batch: Int) async throws {
        let bench = bench(3, batch: batch)
        try await bench.run { bench in
            for number in 0..<3 { try await bench.store.insert("\(number)", useCase: "held") }
            #expect(try await eventually(within: .seconds(30)) { held.runs == 3 })
            resize(bench, to: 1)
            #expect(bench.engine.state.busy == 3)
            for number in 3..<9 { try await bench.store.insert("\(number)") }
            held.release.open()
            await bench.store.wait { $0.count(.done) == 9 }
            #expect(try await eventually(within: .seconds(30)) { numbers(bench) == [1] })
        }
        #expect(bench.store.content.rows.values.allSatisfy { $0.attempts == 0 } && bench.living == [])
    }

    @Test func `a number that rises again keeps the workers that have not ended`() async throws {
        let bench = bench(2, batch: 1)
        try await bench.run { bench in
            for number in 0..<2 { try await bench.store.insert("\(number)", useCase: "held") }
            #expect(try await eventually(within: .seconds(30)) { held.runs == 2 })
            resize(bench, to: 1)
            resize(bench, to: 3)
            #expect(numbers(bench) == [1, 2, 3])
            try await bench.store.insert("third", useCase: "held")
            #expect(try await eventually(within: .seconds(30)) { held.most == 3 })
            held.release.open()
            await bench.store.wait { $0.count(.done) == 3 }
        }
        #expect(bench.living == [])
    }

    @Test(arguments: [1, 8]) func `no job is lost or run twice under changes of the number`(_ batch: Int) async throws {
        let brief = BriefPipeline()
        let bench = EngineBench(workers: 4, batch: batch, pipelines: { $0.register(brief, as: "brief") })
        try await bench.run { bench in
            for number in 0..<1000 {
                try await bench.store.insert("\(number)", useCase: "brief")
                if number % 10 == 0 { resize(bench, to: [1, 12, 3, 30, 2][number / 10 % 5]) }
            }
            await bench.store.wait { $0.count(.done) == 1000 }
        }
        #expect(brief.runs == 1000 && bench.living == [])
        #expect(bench.store.content.rows.values.allSatisfy { $0.attempts == 0 })
    }

    @Test func `a change after the drain has begun starts no worker`() async throws {
        let bench = bench(2, batch: 1)
        try await bench.start()
        bench.engine.forbidClaims()
        resize(bench, to: 10)
        await bench.drain()
        #expect(bench.living == [] && bench.engine.state.workers.count == 2)
    }

    @Test func `a change before the workers begin holds`() async throws {
        let bench = bench(4, batch: 1)
        resize(bench, to: 2)
        try await bench.run { bench in
            let hasEnded = try await eventually(within: .seconds(30)) { numbers(bench) == [1, 2] }
            #expect(hasEnded)
            resize(bench, to: 3)
            #expect(numbers(bench) == [1, 2, 3])
        }
        #expect(bench.living == [])
    }

    @Test func `a wish in the store changes the number with a heartbeat, and a reload keeps the wish`() async throws {
        let bench = bench(2, batch: 1)
        try await bench.run { bench in
            let id = bench.engine.shared.registration.daemonID
            bench.store.want(5, of: id)
            for loop in await bench.engine.loops.all { loop.nudge() }
            #expect(try await eventually(within: .seconds(30)) { numbers(bench) == Array(1...5) })
            // The store knows the new number without another heartbeat.
            #expect(try await eventually(within: .seconds(30)) { bench.store.content.workers[id] == 5 })
            resize(bench, to: 3)
            #expect(numbers(bench) == Array(1...5) && bench.engine.shared.settings.workers == 5)
            // A number that only foreign code writes counts as no wish.
            bench.store.want(0, of: id)
            for loop in await bench.engine.loops.all { loop.nudge() }
            #expect(try await eventually(within: .seconds(30)) { numbers(bench) == [1, 2, 3] })
            let job = try await bench.store.insert("job")
            #expect(await bench.store.ended(job)?.status == .done)
        }
        #expect(bench.living == [])
    }
}
