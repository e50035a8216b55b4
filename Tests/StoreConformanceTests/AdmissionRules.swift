import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    private func insert(_ store: any JobStore, _ jobs: [(useCase: String, runAt: String)]) async throws {
        for (number, job) in jobs.enumerated() {
            let request = try RequestIX(
                useCase: job.useCase, clientID: "client", requestID: "\(number)", fields: JSONDocument(request: "{}"))
            let insertion = try NewJob(request, runAt: job.runAt)
            _ = try await store.perform { try $0.insertPending(insertion) }
        }
    }

    private func claimed(_ store: any JobStore, _ filter: UseCaseFilter) async throws -> [String] {
        let daemon = try await store.daemon()
        var found: [String] = []
        while true {
            let claim = Claim(daemonID: daemon, useCases: filter)
            guard let job = try await store.perform({ try $0.claimNextPending(claim) }) else { return found }
            found.append(job.names.useCase ?? "")
        }
    }

    private static let mixed = [
        ("b", "2001-01-01T00:00:00Z"), ("a", "2002-01-01T00:00:00Z"), ("c", "2003-01-01T00:00:00Z"),
        ("a", "2004-01-01T00:00:00Z"), ("b", "2005-01-01T00:00:00Z"), ("a", "2999-01-01T00:00:00Z"),
    ].map { (useCase: $0.0, runAt: $0.1) }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim may leave use cases out, and takes the oldest due job of the others`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await insert(store, Self.mixed)
            #expect(try await claimed(store, .except(["a"])) == ["b", "c", "b"])
            #expect(try await claimed(store, .except(["x", "quo\"te", "back\\slash"])) == ["a", "a"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim may take some use cases alone`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await insert(store, Self.mixed)
            #expect(try await claimed(store, .only(["a", "c", "none"])) == ["a", "c", "a"])
            #expect(try await claimed(store, .only([])) == [])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `finishing a job may bring the next one under the same filter`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await insert(store, Self.mixed)
            let daemon = try await store.daemon()
            let first = try #require(try await store.perform { try $0.claimNextPending(Claim(daemonID: daemon)) })
            let completion = Completion(first.attempt, .done(try ResponseIX(JSONDocument(response: "{}"))))
            let (_, next) = try await store.perform {
                try $0.completeAndClaim(completion, Claim(daemonID: daemon, useCases: .only(["c"])))
            }
            #expect(next?.names.useCase == "c")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `many claims at once under a filter hand out each job once`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await insert(store, (0..<60).map { (["a", "b", "c"][$0 % 3], "2001-01-01T00:00:00Z") })
            let daemon = try await store.daemon()
            let claimed = try await withThrowingTaskGroup(of: [UUID].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mine: [UUID] = []
                        while true {
                            let claim = Claim(daemonID: daemon, useCases: .except(["c"]))
                            guard let job = try await store.perform({ try $0.claimNextPending(claim) }) else {
                                return mine
                            }
                            mine.append(job.attempt.jobID)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(claimed).count == claimed.count)
            // A claim may find the oldest of each use case in another's hands and come back with nothing.
            #expect(claimed.count + (try await self.claimed(store, .except(["c"]))).count == 40)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `progress is noted by the run that holds the job, and goes with its end`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            let progress = Progress(fraction: 0.5, message: "hälf \"way\"\n", logTail: "a\nü\u{1}\\", logBytes: 7)
            let stale = Attempt(jobID: job.attempt.jobID, attempts: 0, claimID: UUID())
            try await store.perform { try $0.recordProgress([ProgressNote(stale, progress)]) }
            #expect(try await store.perform { try $0.progress(of: job.attempt.jobID) } == nil)
            try await store.perform { try $0.recordProgress([ProgressNote(job.attempt, progress)]) }
            #expect(try await store.perform { try $0.progress(of: job.attempt.jobID) }?.progress == progress)
            let more = Progress(fraction: nil, message: nil, logTail: "", logBytes: 0)
            try await store.perform { try $0.recordProgress([ProgressNote(job.attempt, more)]) }
            #expect(try await store.perform { try $0.progress(of: job.attempt.jobID) }?.progress == more)
            var completion = Completion(job.attempt, .done(try ResponseIX(JSONDocument(response: "{}"))))
            completion.hasProgress = true
            let end = completion
            _ = try await store.perform { try $0.complete(end) }
            #expect(try await store.perform { try $0.progress(of: job.attempt.jobID) } == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `progress of a run that lost its job isn't shown, and is forgotten`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            let progress = Progress(fraction: 1, message: nil, logTail: "x", logBytes: 1)
            try await store.perform { try $0.recordProgress([ProgressNote(job.attempt, progress)]) }
            try await store.perform { try $0.endLease(daemon) }
            _ = try await store.perform { try $0.sweepOrphans(limit: 10) }
            #expect(try await store.perform { try $0.progress(of: job.attempt.jobID) } == nil)
            try await store.perform { try $0.forgetProgress(limit: 10) }
            let again = try #require(try await store.claim(try await store.daemon()))
            #expect(try await store.perform { try $0.progress(of: again.attempt.jobID) } == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `endpoints that a live daemon sends nothing to are told with its id`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let daemon = try await store.daemon()
            let names = ["http://a\"b.example:1", "https://ü.example"]
            try await store.perform { try $0.recordClosedEndpoints(daemon, names) }
            let closed = try await store.perform { try $0.endpoints(limit: 10) }
            #expect(closed.map(\.endpoint) == names && closed.allSatisfy { $0.closedBy == [daemon] && $0.due == 0 })
            try await store.perform { try $0.recordClosedEndpoints(daemon, []) }
            #expect(try await store.perform { try $0.endpoints(limit: 10) }.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `open breakers are seen in the statistics until they close`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let daemon = try await store.daemon()
            let open = [
                OpenBreaker(
                    pipeline: "ex\"tract", reason: "exit 127\nü", since: Timestamp("2026-03-04T05:06:07.000008Z"))
            ]
            try await store.perform { try $0.recordBreakers(daemon, open) }
            let seen = try await store.perform { try $0.statistics(countingEnded: false) }.daemons
            #expect(seen.isEmpty || seen.first?.openBreakers == open)
            try await store.perform { try $0.recordBreakers(daemon, []) }
            let after = try await store.perform { try $0.statistics(countingEnded: false) }.daemons
            #expect(after.allSatisfy { $0.openBreakers.isEmpty })
        }
    }
}
