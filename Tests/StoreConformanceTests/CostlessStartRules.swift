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
    func `starts in a row of which nothing ran leave one row with their count, and cost nothing`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 2)
            func unstarted(_ log: String) async throws -> UUID {
                let (job, _) = try await store.claimed()
                let note = AttemptNote(.unstarted, exitStatus: nil, logTail: log)
                _ = try await store.end(job, .back(.unstarted), note: note)
                return job.claimID
            }
            for number in 1...3 { _ = try await unstarted("first \(number)") }
            let (between, _) = try await store.claimed()
            _ = try await store.end(between, .back(), note: AttemptNote(.retry, exitStatus: nil, logTail: "ran"))
            _ = try await unstarted("second 1")
            let last = try await unstarted("second 2")
            let records = try await store.perform { try $0.attempts(of: between.jobID) }
            #expect(records.map(\.note.outcome) == ["unstarted", "retry", "unstarted"])
            #expect(records.map(\.starts) == [3, 1, 2] && records.map(\.attempt) == [3, 4, 6])
            #expect(records.map(\.note.logTail) == ["first 3", "ran", "second 2"])
            #expect(records.last?.claimID == last)
            let total = try await store.perform { try $0.statistics(countingEnded: true) }.total
            let live = try await store.perform { try $0.statistics(countingEnded: false) }.total
            #expect(total.failedStarts == 1 && live.failedStarts == 1)
            let (final, _) = try await store.claimed()
            _ = try await store.end(final, .failure)
            let again = try await store.perform { try $0.resubmit(final.jobID, requestID: nil) }
            guard case .resubmitted(let id) = again else { return #expect(Bool(false), "\(again)") }
            let new = try await store.job(id)
            #expect(new.maxAttempts == 2)
        }
    }
}
