import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Keys of what is asked for: skip, throttle and replace.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `with skip a waiting or running job answers for later requests of its key, and no ended one does`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let first = try await store.insert(.keyed("a"))
            #expect(!first.isDuplicate && first.replaces == nil)
            let second = try await store.insert(.keyed("b"))
            #expect(second.jobID == first.jobID && second.isDuplicate && !second.differs && second.ixID == first.ixID)
            let (attempt, _) = try await store.claimed()
            let third = try await store.insert(.keyed("c"))
            #expect(third.jobID == first.jobID && third.status == .running)
            _ = try await store.end(attempt, .success())
            let fourth = try await store.insert(.keyed("d"))
            #expect(fourth.jobID != first.jobID && !fourth.isDuplicate && fourth.status == .pending)
            #expect(try await store.list().map(\.names.requestID) == ["d", "a"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `keys of other clients and other use cases don't meet`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let all = [
                try await store.insert(.keyed("a")), try await store.insert(.keyed("a", clientID: "other")),
                try await store.insert(.keyed("b", useCase: "other")),
                try await store.insert(.keyed("c", key: "other")),
            ]
            #expect(Set(all.map(\.jobID)).count == 4 && all.allSatisfy { !$0.isDuplicate })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a repeat of a request that another job answered for gets that job, also after its end and its prune`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let first = try await store.insert(.keyed("a"))
            _ = try await store.insert(.keyed("b"))
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            let again = try await store.insert(.keyed("b"))
            #expect(again.jobID == first.jobID && again.isDuplicate && again.status == .done)
            let next = try await store.insert(.keyed("c"))
            #expect(next.jobID != first.jobID)
            #expect(try await store.insert(.keyed("b")).jobID == first.jobID)
            #expect(try await store.pruned(Retention(done: .zero)).done == 1)
            _ = try await store.perform { try $0.pruneAccess(limit: 100) }
            let gone = try await store.insert(.keyed("b"))
            #expect(gone.jobID == first.jobID && gone.isDuplicate && gone.status == nil && gone.ixID.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `with throttle one job in the time answers for the others, also when it has ended`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let first = try await store.insert(.keyed("a", .throttle, seconds: 3600))
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            let second = try await store.insert(.keyed("b", .throttle, seconds: 3600))
            #expect(second.jobID == first.jobID && second.isDuplicate && second.status == .done)
            var number = 0
            let isTaken = try await eventually {
                number += 1
                return try await !store.insert(.keyed("later-\(number)", .throttle, seconds: 0.001)).isDuplicate
            }
            #expect(isTaken)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `with replace a new job takes the place of a pending one, which ends as superseded with its callback`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let url = "https://caller.example/"
            let first = try await store.insert(.keyed("a", .replace, callbackURL: url))
            let second = try await store.insert(.keyed("b", .replace, callbackURL: url))
            #expect(second.replaces == first.jobID && !second.isDuplicate && second.jobID != first.jobID)
            let old = try await store.job(first.jobID)
            let error = try JSONDocument(response: try #require(old.response))["error"]?.object
            #expect(old.status == .error && error?["code"]?.string == "superseded")
            #expect(error?["message"]?.string?.contains(second.jobID.uuidString.lowercased()) == true)
            #expect(try await store.dueCallbacks().map(\.jobID) == [first.jobID])
            let repeated = try await store.insert(.keyed("b", .replace, callbackURL: url))
            #expect(repeated.jobID == second.jobID && repeated.isDuplicate && repeated.replaces == nil)
            let former = try await store.insert(.keyed("a", .replace, callbackURL: url))
            #expect(former.jobID == first.jobID && former.status == .error)
            #expect(try await store.claimAll().map(\.names.requestID) == ["b"])
            let third = try await store.insert(.keyed("c", .replace))
            #expect(third.replaces == nil && !third.isDuplicate)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a replacement starts no later than its time after the first of the row`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let far = "2199-01-01T00:00:00Z"
            let first = try await store.insert(.keyed("a", .replace, seconds: 60, runAt: far))
            let before = try #require(Timestamp(try await store.job(first.jobID).createdAt))
            #expect(try await store.job(first.jobID).runAt?.hasPrefix("2199") == true)
            for key in ["b", "c"] {
                let next = try await store.insert(.keyed(key, .replace, seconds: 60, runAt: far))
                let runAt = try #require(try await store.job(next.jobID).runAt.flatMap { Timestamp($0) })
                #expect(runAt >= before + .seconds(59) && runAt <= before + .seconds(61), "\(key)")
            }
            let free = try await store.insert(.keyed("d", .replace, runAt: far))
            #expect(try await store.job(free.jobID).runAt?.hasPrefix("2199") == true)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line is replaced as any other, and a batch answers for each of its jobs`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let first = try await store.insert(.keyed("a", .replace, group: "g"))
            let batch: [NewJob] = try [
                .keyed("b", .replace, group: "g"), .make("plain"), .keyed("c", key: "other"),
                .keyed("d", key: "other"),
            ]
            let results = try await store.perform { try $0.insertPendingBatch(batch) }
            let inserted = results.compactMap { if case .inserted(let one) = $0 { one } else { nil } }
            #expect(inserted.count == 4 && inserted[0].replaces == first.jobID, "\(results)")
            #expect(inserted[3].jobID == inserted[2].jobID && inserted[3].isDuplicate && !inserted[2].isDuplicate)
            #expect(Set(try await store.claimAll().map(\.names.requestID)) == ["b", "plain", "c"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `32 requests of a key at once make one job`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 8) { store in
            let all = try await withThrowingTaskGroup(of: InsertResult.self) { group in
                for index in 0..<32 { group.addTask { try await store.insert(.keyed("\(index)")) } }
                return try await group.reduce(into: [InsertResult]()) { $0.append($1) }
            }
            #expect(Set(all.map(\.jobID)).count == 1 && all.count { !$0.isDuplicate } == 1)
            let last = try await withThrowingTaskGroup(of: InsertResult.self) { group in
                for index in 0..<32 {
                    group.addTask { try await store.insert(.keyed("r\(index)", .replace, key: "r")) }
                }
                return try await group.reduce(into: [InsertResult]()) { $0.append($1) }
            }
            let replaced = Set(last.compactMap(\.replaces))
            #expect(Set(last.map(\.jobID)).count == 32 && replaced.count == 31)
            #expect(
                Set(try await store.claimAll().map(\.attempt.jobID))
                    == Set(last.map(\.jobID)).subtracting(replaced).union(all.map(\.jobID)))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a rolled back request leaves no key`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.insertPending(.keyed("a"))
                    throw Rollback()
                }
            }
            let next = try await store.insert(.keyed("b"))
            #expect(!next.isDuplicate)
        }
    }
}

/// What is refused before any store sees it.
@Suite struct DedupeRefusals {
    @Test func `a rule needs its key, and a time that goes with it`() throws {
        for (key, rule, seconds, field) in [
            (nil, "skip", nil, "dedupe_key"), (nil, nil, 3, "dedupe_key"), ("", nil, nil, "dedupe_key"),
            ("a\u{1}", nil, nil, "dedupe_key"), ("k", "often", nil, "dedupe"), ("k", "throttle", nil, "dedupe_seconds"),
            ("k", nil, 3, "dedupe_seconds"), ("k", "throttle", 0, "dedupe_seconds"),
            ("k", "replace", 31_536_001, "dedupe_seconds"), ("k", "replace", .nan, "dedupe_seconds"),
        ] as [(String?, String?, Double?, String)] {
            let refusal = #expect(throws: InvalidInput.self) { try Dedupe(key: key, rule: rule, seconds: seconds) }
            #expect(refusal?.field == field, "\(String(describing: refusal))")
        }
        #expect(try Dedupe(key: nil) == nil)
        #expect(try Dedupe(key: "k")?.rule == .skip)
    }
}

extension NewJob {
    /// A job with a dedupe_key; `requestID` is its request_id.
    static func keyed(
        _ requestID: String, _ rule: Dedupe.Rule = .skip, seconds: Double? = nil, key: String = "key",
        useCase: String = "extract", clientID: String = "client", callbackURL: String? = nil, runAt: String? = nil,
        group: String? = nil
    ) throws -> NewJob {
        var job = try NewJob.make(
            requestID, useCase: useCase, clientID: clientID, callbackURL: callbackURL, runAt: runAt, group: group)
        job.dedupe = try Dedupe(key: key, rule: rule.rawValue, seconds: seconds)
        return job
    }
}
