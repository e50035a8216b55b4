import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Synchronization
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `operations of one transaction see each other and nobody else does before the commit`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let (written, looked) = (Meeting(of: 2), Meeting(of: 2))
            async let inside = store.transaction { operations in
                _ = try operations.insertPending(.make("a"))
                try written.wait()
                try looked.wait()
                return try operations.getByCorrelation(clientID: "client", requestID: "a")
            }
            let outside = try await store.perform { operations in
                try written.wait()
                defer { looked.arrive() }
                return try operations.getByCorrelation(clientID: "client", requestID: "a")
            }
            let own = try await inside
            #expect(outside == nil && own?.requestID == "a")
            let committed = try await store.perform { try $0.getByCorrelation(clientID: "client", requestID: "a") }
            #expect(committed == own)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `two open transactions claim different rows`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            try await store.insert("b")
            let daemon = try await store.daemon()
            // Side by side where transactions can write so; else the second one waits for the first one's end.
            let both = kind.has(.parallelWrites) ? Meeting(of: 2) : nil
            let open = Mutex((now: 0, most: 0))
            let claim: @Sendable (any JobOperations) throws -> UUID? = { operations in
                open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                defer { open.withLock { $0.now -= 1 } }
                let claimed = try operations.claimNextPending(Claim(daemonID: daemon))
                try both?.wait()
                return claimed?.attempt.jobID
            }
            async let one = store.transaction(claim)
            async let two = store.transaction(claim)
            let jobs = try await [one, two].compactMap { $0 }
            #expect(Set(jobs).count == 2)
            #expect(open.withLock { $0.most } == (kind.has(.parallelWrites) ? 2 : 1))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim that is rolled back leaves the job pending for the next`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a")
            let daemon = try await store.daemon()
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.claimNextPending(Claim(daemonID: daemon))
                    throw Rollback()
                }
            }
            let job = try await store.job(inserted.jobID)
            let claimed = try await store.claim(daemon)
            #expect(job.status == .pending && job.claimID == nil && claimed?.attempt.jobID == inserted.jobID)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an end that is rolled back leaves the job running and its claim valid`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.complete(Completion(attempt, .success()))
                    throw Rollback()
                }
            }
            let status = try await store.job(attempt.jobID).status
            let result = try await store.end(attempt, .success())
            #expect(status == .running && result != .fenced)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an error of the caller's own comes out of its transaction as it was`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            await #expect(throws: Rollback.self) { try await store.transaction { _ in throw Rollback() } }
            let after = try await store.insert("a")  // and the connection is as good as before
            #expect(!after.isDuplicate)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a closed store refuses`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            await store.close()
            let error = await #expect(throws: StoreError.self) { try await store.perform { try $0.get(UUID()) } }
            #expect(error?.code == .unavailable)
        }
    }
}
