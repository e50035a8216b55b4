import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(
        arguments: StoreUnderTest.allCases,
        [
            ([CallbackStatus.delivered], [true]), ([.failed], [true]), ([.failed, .delivered], [true, true]),
            ([.delivered, .failed], [true, false]), ([.delivered, .delivered], [true, false]),
            ([.failed, .failed], [true, false]), ([.failed, .delivered, .failed], [true, true, false]),
        ])
    func `a callback's status takes its legal steps and never touches the job's`(
        _ kind: StoreUnderTest, _ row: (steps: [CallbackStatus], taken: [Bool])
    ) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .failure)
            let before = try await store.job(attempt.jobID)
            var taken: [Bool] = []
            for step in row.steps {
                taken.append(try await store.perform { try $0.updateCallbackStatus(attempt.jobID, step) })
            }
            #expect(taken == row.taken)
            var after = try await store.job(attempt.jobID)
            #expect(after.callbackStatus == zip(row.steps, row.taken).filter { $0.1 }.last?.0)
            after.callbackStatus = before.callbackStatus
            #expect(after == before)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job that hasn't ended has no callback status`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let pending = try await store.perform { try $0.updateCallbackStatus(inserted.jobID, .delivered) }
            _ = try await store.claimed()
            let running = try await store.perform { try $0.updateCallbackStatus(inserted.jobID, .failed) }
            let unknown = try await store.perform { try $0.updateCallbackStatus(UUID(), .failed) }
            let job = try await store.job(inserted.jobID)
            #expect(!pending && !running && !unknown && job.callbackStatus == nil && job.status == .running)
        }
    }
}
