import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a claim says whether the job's time had passed or somebody had cancelled it`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert(.make("plain"))
            let plain = try #require(try await store.claim(store.daemon()))
            #expect(!plain.isExpired && !plain.isCancelled)
            try await store.insert(.make("late", expiresAt: "2001-01-01T00:00:00Z"))
            let late = try #require(try await store.claim(store.daemon()))
            #expect(late.isExpired && !late.isCancelled)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim hands out the job with its names and makes it running`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 5)
            let daemon = try await store.daemon()
            let claim = Claim(daemonID: daemon)
            let claimed = try #require(try await store.perform { try $0.claimNextPending(claim) })
            #expect(claimed.attempt == Attempt(jobID: inserted.jobID, attempts: 0, claimID: claim.claimID))
            #expect(claimed.maxAttempts == 5 && !claimed.isExpired && claimed.attempt.number == 1)
            #expect(
                claimed.names
                    == JobNames(useCase: "extract", clientID: "client", requestID: "a", ixID: inserted.ixID))
            let job = try await store.job(inserted.jobID)
            #expect(job.status == .running && job.claimID == claim.claimID && job.daemonID == daemon)
            #expect(job.startedAt != nil && job.finishedAt == nil && job.request == claimed.request)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the oldest due job is claimed first`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("created-now")
            try await store.insert("2003", runAt: "2003-01-01T00:00:00Z")
            try await store.insert("2001", runAt: "2001-01-01T00:00:00Z")
            try await store.insert("created-later")
            try await store.insert("2002", runAt: "2002-01-01T00:00:00Z")
            let order = try await store.claimAll().map(\.names.requestID)
            #expect(order == ["2001", "2002", "2003", "created-now", "created-later"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `jobs of the same time are claimed by job_id`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<8 { try await store.insert("\(index)", runAt: "2001-01-01T00:00:00Z") }
            let order = try await store.claimAll().map(\.attempt.jobID.uuidString)
            #expect(order.count == 8 && order == order.sorted())
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job whose time is ahead is not claimed`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("ahead", runAt: "2199-01-01T00:00:00Z")
            let daemon = try await store.daemon()
            let claimed = try await store.claim(daemon)
            #expect(claimed == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `one claim takes one row`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            var jobs: [UUID] = []
            for index in 0..<30 { jobs.append(try await store.insert("\(index)").jobID) }
            _ = try await store.claimed()
            let ids = jobs
            let statuses = try await store.perform { operations in
                try ids.map { try operations.get($0)?.status }
            }
            #expect(statuses.count { $0 == .running } == 1 && statuses.count { $0 == .pending } == 29)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claimed job is not claimed twice`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 8) { store in
            try await store.transaction { operations in
                for index in 0..<150 { _ = try operations.insertPending(.make("\(index)")) }
            }
            let claims = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
                for _ in 0..<8 { group.addTask { try await store.claimAll() } }
                return try await group.reduce(into: [ClaimedJob]()) { $0 += $1 }
            }
            #expect(claims.count == 150)
            #expect(Set(claims.map(\.attempt.jobID)).count == 150)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a daemon without a lease gets nothing`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let unknown = try await store.claim(UUID())
            let daemon = try await store.daemon()
            try await store.die(daemon)
            let dead = try await store.claim(daemon)
            #expect(unknown == nil && dead == nil)
            let alive = try await store.claim(store.daemon())
            #expect(alive != nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a lease is renewed until its daemon is declared gone`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let daemon = try await store.daemon()
            let lasting = try await store.perform { try $0.renewLease(daemon, lease: .seconds(600)) }
            try await store.die(daemon)
            let ended = try await store.perform { try $0.renewLease(daemon, lease: .seconds(600)) }
            let unknown = try await store.perform { try $0.renewLease(UUID(), lease: .seconds(600)) }
            #expect(lasting != nil && ended == nil && unknown == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job past its time to start says so when it is claimed`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("late", runAt: "2001-01-01T00:00:00Z", expiresAt: "2002-01-01T00:00:00Z"))
            try await store.insert(.make("in time", expiresAt: "2199-01-01T00:00:00Z"))
            let expired = try await store.claimAll().map(\.isExpired)
            #expect(expired == [true, false])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `documents survive with unknown fields, big numbers and any text`(_ kind: StoreUnderTest) async throws {
        let odd =
            #"{"":{"":[]},"big":12345678901234567890,"dec":1.10,"exp":1e400,"neg":-0.001,"text":"ü\u00e9😀\ud83d\ude00\t\"\\"}"#
        try await kind.with { store in
            let inserted = try await store.insert(.make("a", odd))
            let daemon = try await store.daemon()
            let claimed = try #require(try await store.claim(daemon))
            let request = try JSONDocument(request: try #require(claimed.request))
            try request.expectOddities()
            _ = try await store.end(claimed.attempt, .success(odd))
            let response = try await JSONDocument(response: try #require(store.job(inserted.jobID).response))
            try response.expectOddities()
        }
    }
}

extension JobStore {
    /// Claims by a daemon of its own until nothing is due.
    func claimAll() async throws -> [ClaimedJob] {
        let daemon = try await daemon()
        var jobs: [ClaimedJob] = []
        while let job = try await claim(daemon) { jobs.append(job) }
        return jobs
    }
}

extension JSONDocument {
    fileprivate func expectOddities() throws {
        #expect(self["big"]?.text == "12345678901234567890")
        #expect(self["dec"]?.text == "1.10" && self["neg"]?.text == "-0.001")
        #expect(self["exp"]?.text == "1" + String(repeating: "0", count: 400))
        #expect(self["text"]?.string == "üé😀😀\t\"\\")
        #expect(try #require(self[""]?.object)[""]?.text == "[]")
    }
}
