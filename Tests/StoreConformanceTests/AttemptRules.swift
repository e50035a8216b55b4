import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `every start that goes back is kept, with its daemon, its times and why`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 5)
            let (first, crashed) = try await store.claimed()
            try await store.die(crashed)
            _ = try await store.sweep()
            let (second, loser) = try await store.claimed()
            _ = try await store.perform { try $0.handBackLostClaims(loser, running: [], older: .zero) }
            let (third, stopped) = try await store.claimed()
            _ = try await store.end(third, .back(usesUpStart: false))
            let (fourth, _) = try await store.claimed()
            let note = AttemptNote(outcome: "retry", exitStatus: "exit 75", logTail: "later")
            _ = try await store.end(fourth, .back(), note: note)
            let records = try await store.perform { try $0.attempts(of: first.jobID) }
            #expect(records.map(\.note.outcome) == ["suspect", "lost_claim", "shutdown", "retry"])
            #expect(records.map(\.attempt) == [1, 2, 3, 4])
            #expect(records.map(\.claimID) == [first, second, third, fourth].map(\.claimID))
            #expect(records.prefix(3).map(\.daemonID) == [crashed, loser, stopped])
            #expect(records.allSatisfy { ($0.startedAt ?? "A") <= $0.endedAt })
            #expect(records.last?.note == note)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the start that ends a job is told by its row, and by its note when it had more to say`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert("plain")
            let (plain, daemon) = try await store.claimed()
            _ = try await store.end(plain, .success())
            let told = try await store.record(plain.jobID)
            #expect(told.attempts.isEmpty && told.endedAttempts.map(\.note.outcome) == ["complete"])
            #expect(told.endedAttempts.first?.claimID == plain.claimID && told.endedAttempts.first?.daemonID == daemon)
            try await store.insert("noted")
            let (noted, _) = try await store.claimed()
            let note = AttemptNote(outcome: "discard", exitStatus: "exit 3", logTail: "why")
            _ = try await store.end(noted, .failure, note: note)
            let kept = try await store.record(noted.jobID)
            #expect(kept.endedAttempts.map(\.note) == [note])
            try await store.insert("failed")
            let (failed, _) = try await store.claimed()
            _ = try await store.end(failed, .failure)
            let ended = try await store.record(failed.jobID)
            #expect(ended.endedAttempts.map(\.note.outcome) == ["broken"])
        }
    }
}

extension JobStore {
    fileprivate func record(_ jobID: UUID) async throws -> JobRecord {
        JobRecord(try await job(jobID), attempts: try await perform { try $0.attempts(of: jobID) })
    }
}
