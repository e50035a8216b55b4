import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import Testing

@testable import IXEngine

/// The limits of pipelines in a whole engine.
@Suite(.timeLimit(.minutes(2))) struct EngineAdmissionTests {
    @Test(arguments: [1, 8])
    func `a limited pipeline never runs more jobs than its limit, and all its jobs end`(_ batch: Int) async throws {
        let (few, many) = (BriefPipeline(), BriefPipeline())
        let bench = EngineBench(
            workers: 8, batch: batch,
            pipelines: {
                $0.register(few, as: "few", concurrency: 2)
                $0.register(many, as: "many")
            })
        try await bench.run { bench in
            for number in 0..<200 {
                try await bench.store.insert("\(number)", useCase: number % 2 == 0 ? "few" : "many")
            }
            await bench.store.wait { $0.count(.done) == 200 }
        }
        #expect(few.runs == 100 && many.runs == 100 && few.most <= 2)
    }

    @Test func `while a pipeline is full the jobs of others pass its own`() async throws {
        let held = HeldPipeline()
        let bench = EngineBench(workers: 3, pipelines: { $0.register(held, as: "held", concurrency: 1) })
        try await bench.run { bench in
            let waiting = try await bench.store.insert("a", useCase: "held")
            await held.begun.wait()
            let second = try await bench.store.insert("b", useCase: "held")
            for number in 0..<20 {
                let job = try await bench.store.insert("\(number)")
                #expect(await bench.store.ended(job)?.status == .done)
            }
            #expect(bench.store.content.rows[second]?.status == .pending)
            held.release.open()
            for job in [waiting, second] { #expect(await bench.store.ended(job)?.status == .done) }
        }
        #expect(held.most == 1)
    }

    @Test func `a job without a pipeline here never runs, costs no start, and ends when no daemon serves it in time`()
        async throws
    {
        let bench = EngineBench(settings: { ($0.unservedAfter, $0.sweep) = (.zero, .milliseconds(20)) })
        try await bench.run { bench in
            let job = try await bench.store.insert("foreign", useCase: "zeta")
            let row = await bench.store.ended(job)
            #expect(row?.errorCode == "unknown_use_case" && row?.maxAttempts == 3 + (row?.attempts ?? 0))
        }
    }
}
