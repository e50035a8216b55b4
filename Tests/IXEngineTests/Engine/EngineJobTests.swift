import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// The way of a job through an engine, from its claim to its end.
@Suite(.timeLimit(.minutes(2))) struct EngineJobTests {
    @Test(arguments: [1, 8])
    func `a claimed job runs its pipeline once and ends with the pipeline's answer`(_ batch: Int) async throws {
        let pipeline = BriefPipeline()
        let bench = EngineBench(workers: 4, batch: batch, pipelines: { $0.register(pipeline, as: "brief") })
        try await bench.run { bench in
            for number in 0..<200 { try await bench.store.insert("\(number)", useCase: "brief") }
            await bench.store.wait { $0.count(.done) == 200 }
        }
        #expect(pipeline.runs == 200)
        #expect(bench.store.content.rows.values.allSatisfy { $0.attempts == 0 && $0.errorCode == nil })
        #expect(bench.engine.state.counts.done == 200 && bench.living == [])
    }

    @Test func `jobs that were there before the start are claimed`() async throws {
        let bench = EngineBench()
        let job = try await bench.store.insert("before")
        try await bench.run { bench in
            #expect(await bench.store.ended(job)?.status == .done)
        }
    }

    @Test func `a job cancelled during its run ends cancelled, and its pipeline is stopped`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(pipelines: { $0.register(pipeline, as: "held") })
        try await bench.run { bench in
            let job = try await bench.store.insert("one", useCase: "held")
            await pipeline.begun.wait()
            #expect(try await bench.store.cancel(job) == .cancelling)
            let row = await bench.store.ended(job)
            #expect(row?.status == .error && row?.errorCode == "cancelled" && row?.attempts == 0)
        }
    }

    @Test func `a job cancelled while it waits never runs`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(workers: 1, pipelines: { $0.register(pipeline, as: "held") })
        try await bench.run { bench in
            let first = try await bench.store.insert("first", useCase: "held")
            await pipeline.begun.wait()
            let second = try await bench.store.insert("second", useCase: "held")
            #expect(try await bench.store.cancel(second) == .cancelled)
            pipeline.release.open()
            #expect(await bench.store.ended(first)?.status == .done)
            #expect(bench.store.content.rows[second]?.errorCode == "cancelled")
        }
        #expect(pipeline.runs == 1)
    }

    @Test func `a run over its time limit ends in timeout`() async throws {
        let bench = EngineBench(pipelines: { $0.register(HeldPipeline(), as: "held", timeout: .milliseconds(50)) })
        try await bench.run { bench in
            let job = try await bench.store.insert("slow", useCase: "held")
            #expect(await bench.store.ended(job)?.errorCode == "timeout")
        }
    }

    @Test func `a run whose claim is gone is stopped, and its result is dropped`() async throws {
        let pipeline = HeldPipeline()
        let bench = EngineBench(pipelines: { $0.register(pipeline, as: "held") })
        try await bench.run { bench in
            let job = try await bench.store.insert("taken", useCase: "held")
            await pipeline.begun.wait()
            // Another daemon's sweep takes the job, and the next claim finds the job again.
            let id = bench.daemonID
            _ = try await bench.store.perform { try $0.handBackLostClaims(id, running: [], older: .zero) }
            bench.store.notifier.notify(.cancels)
            bench.store.notifier.notify(.jobs(1))
            #expect(await bench.store.ended(job)?.status == .done)
        }
        #expect(pipeline.runs == 2 && bench.engine.state.counts.done == 1)
    }

    @Test func `a claim whose reply was lost is handed back without a charge`() async throws {
        let bench = EngineBench(
            workers: 1, settings: { ($0.callTimeout, $0.heartbeat) = (.zero, .milliseconds(100)) })
        let job = try await bench.store.insert("lost", maxAttempts: 1)
        let isFirst = Locked(true)
        bench.store.fail { operation, _ in
            guard operation == "claim_next_pending", isFirst.value else { return nil }
            isFirst.value = false
            return .replyLost(StoreError(.unavailable, operation: operation, message: "cut"))
        }
        try await bench.run { bench in
            let row = await bench.store.ended(job)
            #expect(row?.status == .done && row?.attempts == 1 && row?.maxAttempts == 2)
            #expect(row?.notes.map(\.outcome) == ["lost_claim"])
        }
    }

    @Test func `the jobs of the instance's dead predecessor run again`() async throws {
        let bench = EngineBench()
        let dead = DaemonIdentity(instance: "test", host: "localhost", pid: 2, version: "0")
        try await bench.store.perform { try $0.registerDaemon(dead, lease: .seconds(600)) }
        let job = try await bench.store.insert("orphan")
        let claim = Claim(daemonID: dead.daemonID)
        #expect(try await bench.store.perform { try $0.claimNextPending(claim) } != nil)
        try await bench.start(predecessor: dead.daemonID)
        #expect(await bench.store.ended(job)?.status == .done)
        await bench.drain()
    }

    @Test func `a start that the store refuses starts no worker`() async throws {
        let bench = EngineBench()
        bench.store.fail { operation, _ in
            .refused(StoreError(.schema, operation: operation, message: "no table"))
        }
        await #expect(throws: StoreError.self) { try await bench.engine.start(predecessor: nil) }
        #expect(bench.store.content.calls["claim_next_pending"] == nil)
    }
}
