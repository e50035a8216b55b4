import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a batch inserts every item and answers in the items' order`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let keys = (0..<120).map { "\(($0 * 37) % 120)" }
            let items = try await store.insertBatch(keys.map { try .make($0, #"{"n":\#($0)}"#) })
            #expect(items.count == 120 && items.allSatisfy { $0.inserted?.isDuplicate == false })
            #expect(Set(items.compactMap(\.inserted?.ixID)).count == 120)
            for (key, item) in zip(keys, items) {
                let job = try await store.job(try #require(item.inserted).jobID)
                let request = try JSONDocument(request: job.request)
                #expect(job.requestID == key && job.status == .pending && job.useCase == "extract")
                #expect(request["n"]?.text == key && request["ix_id"]?.string == item.inserted?.ixID)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the ids of jobs inserted together stand side by side, alone and in a batch`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            var ids = [try await store.insert("a").jobID]
            for item in try await store.insertBatch([.make("b"), .make("c", runAt: "2199-01-01T00:00:00Z")]) {
                ids.append(try #require(item.inserted).jobID)
            }
            #expect(Set(ids.map { $0.uuidString.prefix(8) }).count == 3)
            for id in ids {
                let now = UInt8(truncatingIfNeeded: Int(Date.now.timeIntervalSince1970) >> 8)
                #expect([0, 1, 255].contains(id.uuid.0 &- now), "\(id)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a batch keeps each item's callback URL, time, starts and document`(_ kind: StoreUnderTest) async throws {
        let odd = #"{"big":12345678901234567890,"dec":1.10,"text":"ü😀\t\"\\ {},"}"#
        try await kind.with { store in
            let items = try await store.insertBatch([
                .make(
                    "a", odd, callbackURL: "https://x/'a',b?c=[%22]", runAt: "2199-01-01T00:00:00Z", maxAttempts: 0,
                    expiresAt: "2200-01-01T00:00:00Z"), .make("b"),
            ])
            let first = try await store.job(try #require(items[0].inserted).jobID)
            let request = try JSONDocument(request: first.request)
            #expect(first.callbackURL == "https://x/'a',b?c=[%22]" && first.maxAttempts == 0)
            #expect(first.runAt == "2199-01-01T00:00:00.000000Z" && first.expiresAt == "2200-01-01T00:00:00.000000Z")
            #expect(request["big"]?.text == "12345678901234567890" && request["dec"]?.text == "1.10")
            #expect(request["text"]?.string == "ü😀\t\"\\ {},")
            let second = try await store.job(try #require(items[1].inserted).jobID)
            #expect(second.callbackURL == nil && second.runAt == nil && second.maxAttempts == 3)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `in a batch the first of a key wins and a later one is its duplicate`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let before = try await store.insert(.make("old"))
            let items = try await store.insertBatch([
                .make("a", #"{"x":1}"#), .make("old"), .make("a", #"{"x":2}"#), .make("old", #"{"x":3}"#),
                .make("a", #"{"x":1}"#),
            ]).map { try #require($0.inserted) }
            #expect(items.map(\.isDuplicate) == [false, true, true, true, true])
            #expect(items.map(\.differs) == [false, false, true, true, false])
            #expect(Set([items[0], items[2], items[4]].map(\.jobID)).count == 1)
            #expect(items[1].jobID == before.jobID && items[3].jobID == before.jobID)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a refused item of a batch names its field and leaves its neighbours`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let items = try await store.insertBatch([
                .make("a"), .make("b", runAt: "soon"), .make("c"), .make("d", expiresAt: "later"), .make("e"),
            ])
            #expect(items.map { $0.inserted != nil } == [true, false, true, false, true])
            #expect(items[1].refusal?.field == "run_at" && items[3].refusal?.field == "expires_at")
            let statuses = try await store.perform { operations in
                try ["a", "b", "c", "d", "e"].map {
                    try operations.getByCorrelation(clientID: "client", requestID: $0)?.status
                }
            }
            #expect(statuses == [.pending, nil, .pending, nil, .pending])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a batch that is rolled back leaves nothing, and an empty one is none`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    let items = try operations.insertPendingBatch([.make("a"), .make("b", runAt: "soon")])
                    #expect(items[0].inserted != nil)
                    throw Rollback()
                }
            }
            let none = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 10) }
            let empty = try await store.insertBatch([])
            #expect(none.isEmpty && empty.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `concurrent batches of the same keys in any order make one row per key`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 8) { store in
            let all = try await withThrowingTaskGroup(of: [BatchInsertResult].self) { group in
                for _ in 0..<8 {
                    let keys = (0..<60).map { "\($0)" }.shuffled()
                    group.addTask { try await store.insertBatch(keys.map { try .make($0) }) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let inserted = all.compactMap(\.inserted)
            #expect(inserted.count == 480 && inserted.count { !$0.isDuplicate } == 60)
            #expect(Set(inserted.map(\.jobID)).count == 60 && !inserted.contains(where: \.differs))
        }
    }
}

extension BatchInsertResult {
    fileprivate var inserted: InsertResult? { if case .inserted(let inserted) = self { inserted } else { nil } }
    fileprivate var refusal: InvalidInput? { if case .refused(let refusal) = self { refusal } else { nil } }
}

extension JobStore {
    func insertBatch(_ insertions: [NewJob]) async throws -> [BatchInsertResult] {
        try await perform { try $0.insertPendingBatch(insertions) }
    }
}
