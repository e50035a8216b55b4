import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(
        arguments: StoreUnderTest.allCases,
        [
            (#"{"error":null,"a":1}"#, JobStatus.done), (#"{"a":1}"#, .done),
            (#"{"error":{"code":"no","message":"not"}}"#, .error),
        ])
    func `a job is done if and only if its response's error is null`(
        _ kind: StoreUnderTest, _ row: (response: String, status: JobStatus)
    ) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let result = try await store.end(attempt, .success(row.response))
            guard case .ended(row.status, true) = result else { return #expect(Bool(false), "\(result)") }
            let job = try await store.job(attempt.jobID)
            #expect(job.status == row.status && job.finishedAt != nil && job.finishedClaim == attempt.claimID)
            #expect(job.callbackStatus == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `marking an error always ends in error`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let response = try ResponseIX(JSONDocument(response: #"{"error":null}"#))
            let result = try await store.perform { try $0.markError(attempt, response) }
            guard case .ended(.error, true) = result else { return #expect(Bool(false), "\(result)") }
            let status = try await store.job(attempt.jobID).status
            #expect(status == .error)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an end says whether its callback is due`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            try await store.insert(.make("no callback"))
            let (first, _) = try await store.claimed()
            let (second, _) = try await store.claimed()
            guard case .ended(.done, true) = try await store.end(first, .success()) else {
                return #expect(Bool(false), "no callback is due")
            }
            let quiet = try await store.end(second, .success())
            #expect(quiet == .ended(.done, isCallbackDue: false))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `finishing twice with the same claim says ended both times`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let first = try await store.end(attempt, .success())
            let again = try await store.end(attempt, .success())
            let otherwise = try await store.end(attempt, .failure)
            #expect(first != .fenced && again == first && otherwise == first)
            let status = try await store.job(attempt.jobID).status
            #expect(status == .done)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim that never was is fenced`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let attempt = Attempt(jobID: UUID(), attempts: 0, claimID: UUID())
            let result = try await store.end(attempt, .success())
            #expect(result == .fenced)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the same attempt under another claim is fenced`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let stranger = Attempt(jobID: attempt.jobID, attempts: attempt.attempts, claimID: UUID())
            let results = try await store.everyEnding(stranger)
            #expect(results == [.fenced, .fenced, .fenced])
            let job = try await store.job(attempt.jobID)
            #expect(job.status == .running && job.claimID == attempt.claimID && job.attempts == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an attempt that was swept is fenced, before and after the next one ends`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            try await store.insert("a")
            let (old, dead) = try await store.claimed()
            try await store.die(dead)
            _ = try await store.sweep()
            let pending = try await store.everyEnding(old)
            let (new, _) = try await store.claimed()
            let running = try await store.everyEnding(old)
            let ended = try await store.end(new, .success())
            let over = try await store.everyEnding(old)
            #expect(new.attempts == old.attempts + 1 && ended != .fenced)
            #expect((pending + running + over).allSatisfy { $0 == .fenced })
            let job = try await store.job(new.jobID)
            #expect(job.status == .done && job.finishedClaim == new.claimID && job.attempts == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `one transaction finishes a job and claims the next`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let next = try await store.insert("b")
            let (attempt, daemon) = try await store.claimed()
            let completion = try Completion(attempt, .success())
            let (result, claimed) = try await store.perform {
                try $0.completeAndClaim(completion, Claim(daemonID: daemon))
            }
            guard case .ended(.done, _) = result else { return #expect(Bool(false), "\(result)") }
            #expect(claimed?.attempt.jobID == next.jobID)
            let last = Completion(try #require(claimed).attempt, .failure)
            let (ended, none) = try await store.transaction { try $0.completeAndClaim(last, Claim(daemonID: daemon)) }
            guard case .ended(.error, _) = ended else { return #expect(Bool(false), "\(ended)") }
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a fenced finish still claims the next job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let next = try await store.insert("b")
            let (attempt, daemon) = try await store.claimed()
            let stale = Completion(Attempt(jobID: attempt.jobID, attempts: 7, claimID: attempt.claimID), .failure)
            let (result, claimed) = try await store.perform { try $0.completeAndClaim(stale, Claim(daemonID: daemon)) }
            #expect(result == .fenced && claimed?.attempt.jobID == next.jobID)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what an attempt had to say is kept, and nothing of a fenced one`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (first, daemon) = try await store.claimed()
            let note = AttemptNote(outcome: "crashed", exitStatus: "signal 9", logTail: "ü\nlast words")
            _ = try await store.end(first, .back(), note: note)
            _ = try await store.end(first, .back(), note: AttemptNote(outcome: "x", exitStatus: nil, logTail: ""))
            let (second, _) = try await store.claimed()
            let done = AttemptNote(outcome: "done", exitStatus: nil, logTail: "")
            _ = try await store.end(second, .success(), note: done)
            let records = try await store.perform { try $0.attempts(of: first.jobID) }
            #expect(records.map(\.note) == [note, done])
            #expect(records.map(\.attempt) == [1, 2] && records.first?.daemonID == daemon)
            let none = try await store.perform { try $0.attempts(of: UUID()) }
            #expect(none.isEmpty)
        }
    }
}

extension JobStore {
    fileprivate func everyEnding(_ attempt: Attempt) async throws -> [CompletionResult] {
        let note = AttemptNote(outcome: "stale", exitStatus: nil, logTail: "")
        return [
            try await end(attempt, .success(), note: note), try await end(attempt, .failure),
            try await end(attempt, .back()),
        ]
    }
}
