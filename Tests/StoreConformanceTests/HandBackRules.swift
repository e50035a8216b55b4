import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `handing back makes a job pending with one more attempt`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let result = try await store.end(attempt, .back())
            #expect(result == .handedBack)
            let job = try await store.job(attempt.jobID)
            #expect(job.status == .pending && job.attempts == 1 && job.maxAttempts == 3)
            #expect(job.claimID == nil && job.daemonID == nil && job.startedAt == nil && job.response == nil)
            let (again, _) = try await store.claimed()
            #expect(again.jobID == attempt.jobID && again.attempts == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a hand-back that uses up no start raises max_attempts with the attempts`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 1)
            for starts in 1...4 {
                let (attempt, _) = try await store.claimed()
                let result = try await store.end(attempt, .back(usesUpStart: false, pause: nil))
                let job = try await store.job(attempt.jobID)
                #expect(result == .handedBack && job.status == .pending)
                #expect(job.attempts == starts && job.maxAttempts == 1 + starts)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases, [false, true])
    func `a hand-back with a pause delays the next start`(_ kind: StoreUnderTest, _ usesUpStart: Bool) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            _ = try await store.end(attempt, .back(usesUpStart: usesUpStart, pause: .seconds(3600)))
            let claimed = try await store.claim(daemon)
            let job = try await store.job(inserted.jobID)
            #expect(claimed == nil && job.status == .pending)
            #expect(try #require(job.runAt) > job.createdAt)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the last start that is handed back ends in error with names and callback`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 2)
            let (first, _) = try await store.claimed()
            _ = try await store.end(first, .back())
            let (second, _) = try await store.claimed()
            guard case .ended(.error, true) = try await store.end(second, .back()) else {
                return #expect(Bool(false), "the job did not end with a callback")
            }
            let job = try await store.job(inserted.jobID)
            #expect(job.status == .error && job.attempts == 2 && job.finishedAt != nil)
            try job.expectExhausted(inserted)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `max_attempts 0 never ends`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 0)
            for _ in 0..<6 {
                let (attempt, _) = try await store.claimed()
                let result = try await store.end(attempt, .back())
                #expect(result == .handedBack)
            }
            let job = try await store.job(inserted.jobID)
            #expect(job.status == .pending && job.attempts == 6 && job.maxAttempts == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `lost claims are handed back only when they are old and not running`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("runs")
            try await store.insert("lost", maxAttempts: 1)
            try await store.insert("others")
            let daemon = try await store.daemon()
            let running = try #require(try await store.claim(daemon)).attempt
            let lost = try #require(try await store.claim(daemon)).attempt
            let (others, _) = try await store.claimed()
            let young = try await store.perform {
                try $0.handBackLostClaims(daemon, running: [running.claimID], older: .seconds(3600))
            }
            let old = try await store.perform {
                try $0.handBackLostClaims(daemon, running: [running.claimID], older: .zero)
            }
            #expect(young.isEmpty && old.map(\.jobID) == [lost.jobID])
            let job = try await store.job(lost.jobID)
            #expect(job.status == .pending && job.attempts == 1 && job.maxAttempts == 2)
            let statuses = [try await store.job(running.jobID).status, try await store.job(others.jobID).status]
            #expect(statuses == [.running, .running])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `with nothing running every claim of a daemon counts as lost`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<3 { try await store.insert("\(index)") }
            let daemon = try await store.daemon()
            for _ in 0..<3 { _ = try await store.claim(daemon) }
            let lost = try await store.perform { try $0.handBackLostClaims(daemon, running: [], older: .zero) }
            #expect(lost.count == 3 && lost.allSatisfy { $0.status == .pending && !$0.isCallbackDue })
        }
    }
}

extension Job {
    func expectExhausted(_ inserted: InsertResult) throws {
        let answer = try JSONDocument(response: try #require(response))
        #expect(answer["error"]?.object?["code"]?.string == "attempts_exhausted")
        #expect(answer["error"]?.object?["message"]?.string?.isEmpty == false)
        #expect(answer["use_case"]?.string == "extract" && answer["ix_client_id"]?.string == "client")
        #expect(answer["request_id"]?.string == "a" && answer["ix_id"]?.string == inserted.ixID)
    }
}
