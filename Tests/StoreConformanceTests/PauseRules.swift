import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Pauses of queues and groups.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `nothing paused starts, and resumed it starts again`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            // A plain job, whose queue gets its first row by the pause.
            try await store.insert("plain")
            try await store.insert(.make("lined", group: "a"))
            let daemon = try await store.daemon()
            let (isNew, again) = try await store.perform {
                (try $0.pause("extract", group: nil), try $0.pause("extract", group: nil))
            }
            #expect(isNew && !again)
            try await store.insert("later")
            #expect(try await store.takeAll(daemon).isEmpty)
            let state = try await store.perform { try $0.queue("extract") }
            #expect(state?.settings.pausedAt != nil && state?.waiting == 3)
            let changed = try await store.perform { try $0.resume("extract", group: nil) }
            #expect(changed)
            #expect(try await store.takeAll(daemon).count == 3)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `nothing paused starts, of more plain jobs than a pause puts into line`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for batch in 0..<11 {
                let jobs = try (0..<(batch == 10 ? 60 : 1000)).map { try NewJob.make("\(batch)-\($0)") }
                _ = try await store.perform { try $0.insertPendingBatch(jobs) }
            }
            let daemon = try await store.daemon()
            let running = try #require(try await store.claim(daemon))
            _ = try await store.perform { try $0.pause("extract", group: nil) }
            try await store.insert(.make("other", useCase: "other"))
            // Beside an end, many at once, of some use cases, and alone.
            let end = Completion(running.attempt, try .success())
            let beside = try await store.perform { try $0.completeAndClaim(end, Claim(daemonID: daemon)) }.1
            #expect(beside?.names.requestID == "other")
            let requests = (0..<3).map { _ in WorkerRequest(claim: Claim(daemonID: daemon)) }
            #expect(try await store.perform { try $0.perform(requests) }.allSatisfy { $0.job == nil })
            let only = Claim(daemonID: daemon, useCases: .only(["extract"]))
            let some = try await store.perform { try $0.claimNextPending(only) }
            #expect(some == nil)
            #expect(try await store.takeAll(daemon).isEmpty)
            let changed = try await store.perform { try $0.resume("extract", group: nil) }
            #expect(changed)
            #expect(try await store.claim(daemon) != nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a paused group starts nothing while others go on`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for group in ["a", "b"] { try await store.insert(.make(group, group: group)) }
            let daemon = try await store.daemon()
            let isNew = try await store.perform { try $0.pause("extract", group: "a") }
            #expect(isNew)
            #expect(try await store.takeAll(daemon).map(\.names.requestID) == ["b"])
            let groups = try await store.perform { try $0.groups(of: "extract", after: "", limit: 10) }
            #expect(groups.map(\.key) == ["a", "b"] && groups[0].pausedAt != nil && groups[1].places == 1)
            _ = try await store.perform { try $0.resume("extract", group: "a") }
            #expect(try await store.takeAll(daemon).map(\.names.requestID) == ["a"])
        }
    }
}
