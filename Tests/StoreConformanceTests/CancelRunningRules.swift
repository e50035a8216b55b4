import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a running job that is cancelled stays its daemon's, and says that its end is wanted`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            let other = try await store.daemon()
            let before = try await store.perform { try $0.heldClaims(daemon) }
            let result = try await store.cancel(attempt.jobID)
            let job = try await store.job(attempt.jobID)
            let after = try await store.perform { try $0.heldClaims(daemon) }
            let others = try await store.perform { try $0.heldClaims(other) }
            #expect(result == .cancelling && job.status == .running && job.claimID == attempt.claimID)
            #expect(job.cancelRequestedAt != nil && others == [])
            #expect(before == [HeldClaim(claimID: attempt.claimID, isCancelled: false)])
            #expect(after == [HeldClaim(claimID: attempt.claimID, isCancelled: true)])
            let again = try await store.cancel(attempt.jobID)
            let unchanged = try await store.job(attempt.jobID)
            #expect(again == .cancelling && unchanged == job)
        }
    }

    @Test(arguments: StoreUnderTest.allCases, LateEnd.allCases)
    func `a cancel wins over every later end`(_ kind: StoreUnderTest, _ late: LateEnd) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            _ = try await store.cancel(inserted.jobID)
            try await late.happen(to: attempt, of: daemon, in: store)
            let job = try await store.job(inserted.jobID)
            let response = try JSONDocument(response: try #require(job.response))
            #expect(job.status == .error && job.finishedAt != nil && job.callbackStatus == nil)
            #expect(response["error"]?.object?["code"]?.string == "cancelled" && response["answer"] == nil)
            #expect(response["request_id"]?.string == "a" && response["ix_id"]?.string == inserted.ixID)
            let claimed = try await store.claim(store.daemon())
            #expect(claimed == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the end of a cancelled job makes its callback due, with the response as stored`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            _ = try await store.cancel(inserted.jobID)
            guard case .ended(.error, true) = try await store.end(attempt, .success()) else {
                return #expect(Bool(false), "the job did not end with a callback")
            }
            let job = try await store.job(inserted.jobID)
            let due = try await store.dueCallbacks()
            #expect(due.map(\.body) == [job.response] && due.map(\.url) == ["https://caller.example/a"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a swept cancelled job says that it was cancelled, and costs nobody a start`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let (_, daemon) = try await store.claimed()
            _ = try await store.cancel(inserted.jobID)
            try await store.die(daemon)
            let swept = try await store.sweep()
            #expect(swept.map(\.errorCode) == ["cancelled"] && swept.first?.isCallbackDue == true)
            let job = try await store.job(inserted.jobID)
            #expect(job.claimID == nil && job.startedAt != nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `of an end and a cancel that race, a cancel that said so has won`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 4) { store in
            let daemon = try await store.daemon()
            for index in 0..<100 {
                let job = try await store.insert("\(index)").jobID
                let attempt = try #require(try await store.claim(daemon)).attempt
                let both = Meeting(of: 2)
                async let end = store.perform { operations in
                    try both.wait()
                    return try operations.markDone(attempt, ResponseIX(JSONDocument(response: #"{"error":null}"#)))
                }
                async let cancel = store.perform { operations in
                    try both.wait()
                    return try operations.cancel(job)
                }
                let (ended, result) = try await (end, cancel)
                let row = try await store.job(job)
                let isCancelled = row.response?.contains("cancelled") == true
                #expect(result == (isCancelled ? .cancelling : .ended(.done)), "round \(index)")
                #expect(row.status == (isCancelled ? .error : .done))
                #expect(ended != .fenced)
            }
        }
    }
}

/// What may still come after a cancel.
enum LateEnd: CaseIterable {
    case done, error, retry, shutdown, sweep, lostClaim

    func happen(to attempt: Attempt, of daemon: UUID, in store: any JobStore) async throws {
        switch self {
        case .done: _ = try await store.end(attempt, .success(#"{"error":null,"answer":42}"#))
        case .error: _ = try await store.end(attempt, .failure)
        case .retry: _ = try await store.end(attempt, .back())
        case .shutdown: _ = try await store.end(attempt, .back(usesUpStart: false))
        case .sweep:
            try await store.die(daemon)
            _ = try await store.sweep()
        case .lostClaim:
            _ = try await store.perform { try $0.handBackLostClaims(daemon, running: [], older: .zero) }
        }
    }
}
