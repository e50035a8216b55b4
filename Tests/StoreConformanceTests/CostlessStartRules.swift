import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Starts that cost nothing: one rule, by `AttemptOutcome`, for both stores.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases, AttemptOutcome.allCases)
    func `a hand-back costs a start, or raises max_attempts, by its outcome alone`(
        _ kind: StoreUnderTest, _ outcome: AttemptOutcome
    ) async throws {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 5)
            for _ in 0..<3 { _ = try await store.end(store.claimed().attempt, .back(outcome)) }
            let (attempt, _) = try await store.claimed()
            let job = try await store.job(attempt.jobID)
            #expect(job.attempts == 3 && job.maxAttempts == (outcome.usesUpStart ? 5 : 8))
            for countingEnded in [false, true] {
                let total = try await store.perform { try $0.statistics(countingEnded: countingEnded) }.total
                #expect(total.failedStarts == (outcome.usesUpStart ? 3 : 0))
            }
            _ = try await store.end(attempt, .failure)
            let records = try await store.perform { try $0.attempts(of: attempt.jobID) }
            #expect(records.map(\.note.outcome) == [String](repeating: outcome.rawValue, count: 3))
            #expect(records.allSatisfy { $0.json.contains("\"outcome\":\"\(outcome.rawValue)\"") })
            let again = try await store.perform { try $0.resubmit(attempt.jobID, requestID: nil) }
            guard case .resubmitted(let id) = again else { return #expect(Bool(false), "\(again)") }
            let new = try await store.job(id)
            #expect(new.maxAttempts == 5)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a word for an outcome that is not known is read as it stands, and counts as a start`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 4)
            let (first, _) = try await store.claimed()
            let note = AttemptNote(outcome: "éteint", exitStatus: nil, logTail: "")
            _ = try await store.end(first, .back(), note: note)
            let (second, _) = try await store.claimed()
            _ = try await store.end(second, .back(.unstarted))
            let total = try await store.perform { try $0.statistics(countingEnded: true) }.total
            #expect(total.failedStarts == 1)
            let (third, _) = try await store.claimed()
            _ = try await store.end(third, .failure)
            let records = try await store.perform { try $0.attempts(of: third.jobID) }
            #expect(records.map(\.note.outcome) == ["éteint", "unstarted"])
            let again = try await store.perform { try $0.resubmit(third.jobID, requestID: nil) }
            guard case .resubmitted(let id) = again else { return #expect(Bool(false), "\(again)") }
            let new = try await store.job(id)
            #expect(new.maxAttempts == 4)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the priority is kept, and the order goes by the due time all the same`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let first = try await store.insert(.make("first"))
            var urgent = try Insertion.make("urgent")
            urgent.priority = -100
            let second = try await store.insert(urgent)
            let order = [try await store.claimed().attempt.jobID, try await store.claimed().attempt.jobID]
            let kept = try await store.job(second.jobID).priority
            #expect(order == [first.jobID, second.jobID] && kept == -100)
        }
    }
}
