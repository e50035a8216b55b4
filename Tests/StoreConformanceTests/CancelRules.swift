import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a cancelled job is an error whose response says so and names the job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let result = try await store.cancel(inserted.jobID)
            let job = try await store.job(inserted.jobID)
            let response = try JSONDocument(response: try #require(job.response))
            #expect(result == .cancelled && job.status == .error && job.finishedAt != nil && job.startedAt == nil)
            #expect(response["error"]?.object?["code"]?.string == "cancelled")
            #expect(response["error"]?.object?["message"]?.string?.isEmpty == false)
            #expect(response["use_case"]?.string == "extract" && response["ix_client_id"]?.string == "client")
            #expect(response["request_id"]?.string == "a" && response["ix_id"]?.string == inserted.ixID)
            #expect(job.callbackURL != nil && job.callbackStatus == nil)  // its callback is due
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a cancelled job is never claimed`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.cancel(store.insert("a").jobID)
            let claimed = try await store.claim(store.daemon())
            #expect(claimed == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what has ended and what is unknown say so`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            let ended = try await store.cancel(attempt.jobID)
            let twice = try await store.insert("b").jobID
            _ = try await store.cancel(twice)
            let again = try await store.cancel(twice)
            let unknown = try await store.cancel(UUID())
            #expect([ended, again, unknown] == [.ended(.done), .ended(.error), .notFound])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `many are cancelled in one call, each answered once`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("first", runAt: "2001-01-01T00:00:00Z")
            let (attempt, _) = try await store.claimed()
            let waiting = [try await store.insert("b").jobID, try await store.insert("c").jobID]
            let missing = UUID()
            let ids = [waiting[1], attempt.jobID, missing, waiting[0], waiting[1]]
            let answers = try await store.perform { try $0.cancel(ids) }
            let results = Dictionary(uniqueKeysWithValues: answers.map { ($0.jobID, $0.result) })
            #expect(
                results == [
                    waiting[0]: .cancelled, waiting[1]: .cancelled, attempt.jobID: .cancelling, missing: .notFound,
                ])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `of a claim and a cancel that race exactly one wins`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 4) { store in
            let daemon = try await store.daemon()
            var (claimed, cancelled) = (0, 0)
            for index in 0..<200 {
                let job = try await store.insert("\(index)").jobID
                let both = Meeting(of: 2)
                async let claim = store.perform { operations in
                    try both.wait()
                    return try operations.claimNextPending(Claim(daemonID: daemon))
                }
                async let cancel = store.perform { operations in
                    try both.wait()
                    return try operations.cancel(job)
                }
                let (won, result) = try await (claim != nil, cancel)
                let row = try await store.job(job)
                #expect(won ? result == .cancelling : result == .cancelled, "round \(index)")
                #expect(row.status == (won ? .running : .error))
                claimed += won ? 1 : 0
                cancelled += result == .cancelled ? 1 : 0
            }
            #expect(claimed + cancelled == 200)
        }
    }
}

extension JobStore {
    func cancel(_ jobID: UUID) async throws -> Cancellation.Result {
        try await perform { try $0.cancel(jobID) }
    }
}
