import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// Completions that the store does not accept at once.
@Suite(.timeLimit(.minutes(2))) struct KeptEndTests {
    private static func error(_ code: StoreError.Code) -> StoreError {
        StoreError(code, operation: "complete", message: "not now")
    }

    @Test(arguments: [1, 8], [StoreError.Code.locked, .internal, .unavailable, .conflict])
    func `a completion that the store refuses for a while is kept and written later`(
        _ batch: Int, _ code: StoreError.Code
    ) async throws {
        let pipeline = BriefPipeline()
        let bench = EngineBench(workers: 2, batch: batch, pipelines: { $0.register(pipeline, as: "brief") })
        let left = Locked(4)
        bench.store.fail { operation, _ in
            guard operation == "complete", left.value > 0 else { return nil }
            left.value -= 1
            return .refused(Self.error(code))
        }
        try await bench.run { bench in
            let jobs = [
                try await bench.store.insert("a", useCase: "brief"),
                try await bench.store.insert("b", useCase: "brief"),
            ]
            for job in jobs { #expect(await bench.store.ended(job)?.status == .done) }
        }
        #expect(left.value == 0 && pipeline.runs == 2, "no job ran a second time")
        #expect(bench.living == [])
    }

    @Test func `a worker whose completion is locked goes on with other jobs`() async throws {
        let bench = EngineBench(workers: 1)
        let stuck = try await bench.store.insert("stuck")
        let isLocked = Locked(true)
        bench.store.fail { operation, job in
            operation == "complete" && job == stuck && isLocked.value ? .refused(Self.error(.locked)) : nil
        }
        try await bench.run { bench in
            let next = try await bench.store.insert("next")
            #expect(await bench.store.ended(next)?.status == .done)
            #expect(bench.store.content.rows[stuck]?.status == .running)
            isLocked.value = false
            #expect(await bench.store.ended(stuck)?.status == .done)
        }
    }

    @Test func `while the store is away the worker waits, and claims nothing`() async throws {
        let bench = EngineBench(workers: 1)
        let first = try await bench.store.insert("first")
        let isAway = Locked(true)
        let tries = Locked(0)
        let tried = Latch()
        bench.store.fail { operation, job in
            guard operation == "complete", isAway.value else { return nil }
            tries.value += 1
            if tries.value == 3 { tried.open() }
            return .refused(Self.error(.unavailable))
        }
        try await bench.run { bench in
            let second = try await bench.store.insert("second")
            await tried.wait()
            #expect(bench.store.content.rows[second]?.status == .pending)
            #expect(bench.engine.state.workers.map(\.work) == [.waiting])
            isAway.value = false
            for job in [first, second] { #expect(await bench.store.ended(job)?.status == .done) }
        }
    }

    @Test func `a document that the store refuses is replaced by an error, once`() async throws {
        let bench = EngineBench(workers: 1)
        let job = try await bench.store.insert("bad")
        let left = Locked(1)
        bench.store.fail { operation, _ in
            guard operation == "complete", left.value > 0 else { return nil }
            left.value -= 1
            return .refused(Self.error(.invalidInput(InvalidInput("response", "no"))))
        }
        try await bench.run { bench in
            let row = await bench.store.ended(job)
            #expect(row?.status == .error && row?.errorCode == "unstorable_response")
        }
        #expect(bench.living == [])
    }

    @Test func `a job whose replacement is refused too is left to the sweep, and the worker goes on`() async throws {
        let bench = EngineBench(workers: 1)
        let bad = try await bench.store.insert("bad")
        bench.store.fail { operation, job in
            guard operation == "complete", job == bad else { return nil }
            return .refused(Self.error(.unreadable))
        }
        try await bench.run { bench in
            let next = try await bench.store.insert("next")
            #expect(await bench.store.ended(next)?.status == .done)
            #expect(bench.store.content.rows[bad]?.status == .running)
        }
        // The drain hands back the jobs that the daemon still holds.
        #expect(bench.store.content.rows[bad]?.status == .pending)
    }

    @Test func `a completion whose reply was lost is written again with an equal result`() async throws {
        let pipeline = BriefPipeline()
        let bench = EngineBench(workers: 1, pipelines: { $0.register(pipeline, as: "brief") })
        let job = try await bench.store.insert("twice", useCase: "brief")
        let left = Locked(1)
        bench.store.fail { operation, _ in
            guard operation == "complete", left.value > 0 else { return nil }
            left.value -= 1
            return .replyLost(Self.error(.unavailable))
        }
        try await bench.run { bench in
            #expect(await bench.store.ended(job)?.status == .done)
            await bench.store.wait { $0.calls["complete", default: 0] >= 2 }
        }
        #expect(pipeline.runs == 1 && bench.engine.state.counts.done == 1)
        #expect(bench.engine.state.counts.fenced == 0)
    }
}
