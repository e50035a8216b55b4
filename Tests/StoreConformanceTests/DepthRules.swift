import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// The number of a client's jobs that may wait in a queue.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `a client with as many waiting jobs as its queue allows is refused, and no other is`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.set("extract", #"{"client_depth": 3}"#)
            for key in ["a", "b", "c"] { try await store.insert(.make(key)) }
            let refusal = await #expect(throws: StoreError.self) { try await store.insert(.make("d")) }
            let words = "client_id client: 3 jobs wait in queue extract, limit 3; insert again when fewer than 3 wait"
            #expect(refusal?.code == .queueFull && refusal?.message == words, "\(String(describing: refusal))")
            #expect(try await store.insert(.make("a")).isDuplicate)
            #expect(try await store.insert(.make("d", clientID: "other")).isDuplicate == false)
            #expect(try await store.insert(.make("d", useCase: "other")).isDuplicate == false)
            let batch: [NewJob] = try [
                .make("e"), .make("e", clientID: "other"), .make("b"), .make("p", useCase: "other"),
            ]
            let results = try await store.perform { try $0.insertPendingBatch(batch) }
            #expect(results[0] == .queueFull(words), "\(results)")
            guard case .inserted(let new) = results[1], case .inserted(let old) = results[2],
                case .inserted = results[3]
            else {
                Issue.record("\(results)")
                return
            }
            #expect(!new.isDuplicate && old.isDuplicate)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job counts from its insert until its start, and again when it goes back`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert(.make("before"))
            try await store.insert(.make("grouped", group: "g"))
            try await store.set("extract", #"{"client_depth": 2}"#)
            await #expect(throws: StoreError.self) { try await store.insert(.make("a")) }
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            try await store.insert(.make("a"))
            await #expect(throws: StoreError.self) { try await store.insert(.make("b")) }
            _ = try await store.end(job.attempt, .back())
            let next = try #require(try await store.claim(daemon))
            await #expect(throws: StoreError.self) { try await store.insert(.make("b")) }
            _ = try await store.end(next.attempt, try .success())
            let other = try #require(try await store.claim(daemon))
            try await store.insert(.make("b"))
            _ = try await store.end(other.attempt, try .success())
            try await store.set("extract", #"{"client_depth": null}"#)
            for key in ["c", "d", "e"] { try await store.insert(.make(key)) }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a large depth is passed by few, and inserts are taken again below nine tenths`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let depth = 600
            try await store.set("extract", #"{"client_depth": 600}"#)
            let taken = try await store.fill("a", depth * 2)
            // 0.8 % more is expected, and 8 % in one of 40,000 runs.
            #expect(taken >= depth && taken <= depth * 108 / 100, "\(taken)")
            #expect(try await store.fill("b", 100) == 0)
            let daemon = try await store.daemon()
            for _ in 0..<(taken - depth * 9 / 10) { _ = try await store.claim(daemon) }
            await #expect(throws: StoreError.self) { try await store.insert(.make("c")) }
            _ = try await store.claim(daemon)
            try await store.strike()
            #expect(try await store.insert(.make("c")).isDuplicate == false)
            #expect(try await store.fill("d", depth) >= depth / 20)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a depth out of range is refused and named`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for value in ["0", "-1", "1000001", "1.5", "\"a\""] {
                await #expect(throws: (any Error).self, "\(value)") {
                    try await store.set("extract", "{\"client_depth\": \(value)}")
                }
            }
            try await store.set("extract", #"{"client_depth": 1000000}"#)
            let queue = try await store.perform { try $0.queue("extract") }
            #expect(queue?.settings.clientDepth == 1_000_000)
        }
    }
}

extension JobStore {
    /// Inserts `count` jobs; returns the number of those that were taken.
    fileprivate func fill(_ prefix: String, _ count: Int) async throws -> Int {
        var taken = 0
        for index in 0..<count {
            do {
                try await insert(.make("\(prefix)-\(index)"))
                taken += 1
            } catch let error as StoreError where error.code == .queueFull {}
        }
        return taken
    }

    /// Runs the duties of the store by which clients are struck out.
    fileprivate func strike() async throws {
        for duty in duties { _ = try await duty.round(progress: {}) }
    }
}
