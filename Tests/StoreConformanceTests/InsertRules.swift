import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `an inserted job is pending under 16 hexadecimal characters`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let job = try await store.job(inserted.jobID)
            #expect(inserted.ixID.count == 16)
            #expect(inserted.ixID.allSatisfy { "0123456789abcdef".contains($0) })
            #expect(!inserted.isDuplicate && !inserted.differs && inserted.status == .pending)
            #expect(job.status == .pending && job.attempts == 0 && job.ixID == inserted.ixID && job.response == nil)
            #expect(job.useCase == "extract" && job.clientID == "client" && job.requestID == "a")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the caller's own ix_id is ignored and the assigned one stands in the request`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let inserted = try await store.insert(.make("a", #"{"ix_id":"mine"}"#))
            let request = try await JSONDocument(request: store.job(inserted.jobID).request)
            #expect(inserted.ixID != "mine")
            #expect(request["ix_id"]?.string == inserted.ixID)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a second insert returns the first row unchanged`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let first = try await store.insert(.make("a", #"{"x":1}"#, callbackURL: "https://one.example"))
            let before = try await store.job(first.jobID)
            let second = try await store.insert(.make("a", #"{"x":2}"#, callbackURL: "https://two.example"))
            #expect(second.jobID == first.jobID && second.ixID == first.ixID && second.isDuplicate)
            let after = try await store.job(first.jobID)
            #expect(after == before)
            #expect(after.callbackURL == "https://one.example")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a duplicate says whether its content or callback URL differs`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("a", #"{"x":1,"y":2}"#, callbackURL: "https://one.example"))
            let same = try await store.insert(.make("a", #"{"y":2, "x":1}"#, callbackURL: "https://one.example"))
            let content = try await store.insert(.make("a", #"{"x":1,"y":3}"#, callbackURL: "https://one.example"))
            let url = try await store.insert(.make("a", #"{"x":1,"y":2}"#, callbackURL: "https://two.example"))
            let none = try await store.insert(.make("a", #"{"x":1,"y":2}"#))
            #expect(same.isDuplicate && !same.differs)
            #expect(content.differs && url.differs && none.differs)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a duplicate of an ended job says how it ended`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            let again = try await store.insert("a")
            #expect(again.isDuplicate && again.status == .done)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `64 concurrent inserts of one key make one row`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 16) { store in
            let all = try await withThrowingTaskGroup(of: InsertResult.self) { group in
                for index in 0..<64 {
                    group.addTask { try await store.insert(.make("a", #"{"x":\#(index % 2)}"#)) }
                }
                return try await group.reduce(into: [InsertResult]()) { $0.append($1) }
            }
            #expect(Set(all.map(\.jobID)).count == 1 && Set(all.map(\.ixID)).count == 1)
            #expect(all.count { !$0.isDuplicate } == 1)
            #expect(all.count { $0.differs } == 32)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `when the winner of a key rolls back one of the others wins`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 9) { store in
            let (held, waiting) = (Meeting(of: 9), Meeting(of: 9))
            // Where transactions can't write side by side the others are about to begin theirs.
            let isInside = kind.has(.parallelWrites)
            let winner = Task {
                try await store.transaction { operations in
                    _ = try operations.insertPending(.make("a"))
                    try held.wait()
                    try waiting.wait()
                    throw Rollback()
                }
            }
            let others = try await withThrowingTaskGroup(of: InsertResult.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        if !isInside { [held, waiting].forEach { $0.arrive() } }
                        return try await store.transaction { operations in
                            if isInside {
                                try held.wait()
                                waiting.arrive()
                            }
                            return try operations.insertPending(.make("a"))
                        }
                    }
                }
                return try await group.reduce(into: [InsertResult]()) { $0.append($1) }
            }
            await #expect(throws: Rollback.self) { try await winner.value }
            #expect(Set(others.map(\.jobID)).count == 1)
            #expect(others.count { !$0.isDuplicate } == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a rolled back insert leaves nothing`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.insertPending(.make("a"))
                    throw Rollback()
                }
            }
            let job = try await store.perform { try $0.getByCorrelation(clientID: "client", requestID: "a") }
            #expect(job == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `get and getByCorrelation find a job and miss another`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let job = try await store.job(inserted.jobID)
            let found = try await store.perform { try $0.getByCorrelation(clientID: "client", requestID: "a") }
            #expect(found == job)
            let missed = try await store.perform { operations in
                [
                    try operations.getByCorrelation(clientID: "client", requestID: "b"),
                    try operations.getByCorrelation(clientID: "other", requestID: "a"),
                    try operations.getByCorrelation(clientID: "client\0", requestID: "a"),
                    try operations.get(UUID()),
                ]
            }
            #expect(missed.allSatisfy { $0 == nil })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a time that is none is refused and named`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let error = await #expect(throws: StoreError.self) {
                try await store.perform { try $0.insertPending(.make("a", runAt: "soon")) }
            }
            guard case .invalidInput(let input) = try #require(error).code else {
                return #expect(Bool(false), "\(String(reflecting: error))")
            }
            #expect(input.field == "run_at")
            let late = await #expect(throws: StoreError.self) {
                try await store.perform { try $0.insertPending(.make("a", expiresAt: "later")) }
            }
            #expect(late?.description.hasPrefix("expires_at: ") == true)
        }
    }
}

/// What is refused before any store sees it.
@Suite struct NewJobRefusals {
    @Test(arguments: ["", String(repeating: "k", count: 256), "a\nb", "a\u{7F}", "a\u{85}", "a\0b"])
    func `a key that is empty, over 255 bytes or holds a control character is refused`(_ key: String) throws {
        let error = #expect(throws: InvalidInput.self) { try NewJob.make(key) }
        #expect(error?.field == "request_id")
    }

    @Test(arguments: ["example.com", "ftp://example.com", "http://", "https:///x", "http://a b", "https://:80/x", ""])
    func `a callback URL that is not absolute http is refused`(_ url: String) throws {
        let error = #expect(throws: InvalidInput.self) { try NewJob.make("a", callbackURL: url) }
        #expect(error?.field == "callback_url")
    }

    @Test func `a number that no row can hold is refused and named`() throws {
        let attempts = #expect(throws: InvalidInput.self) { try NewJob.make("a", maxAttempts: 1 << 40) }
        let below = #expect(throws: InvalidInput.self) { try NewJob.make("a", maxAttempts: -1) }
        #expect(attempts?.field == "max_attempts" && below?.field == "max_attempts")
        let request = try NewJob.make("a").request
        let priority = #expect(throws: InvalidInput.self) { try NewJob(request, priority: 1 << 40) }
        #expect(priority?.field == "priority")
    }
}
