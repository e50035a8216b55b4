import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `what nobody started in its time ends without a start, its callback due`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let late = try await store.insert(
                .make("late", callbackURL: "https://caller.example/late", expiresAt: "2001-01-01T00:00:00Z"))
            let early = try await store.insert(.make("early", expiresAt: "2999-01-01T00:00:00Z"))
            let plain = try await store.insert(.make("plain"))
            let ended = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(ended.map(\.jobID) == [late.jobID] && ended.first?.errorCode == "expired")
            let job = try await store.job(late.jobID)
            #expect(job.status == .error && job.attempts == 0 && job.startedAt == nil && job.finishedAt != nil)
            #expect(job.response?.contains("expired") == true && ended.first?.isCallbackDue == true)
            let others = [try await store.job(early.jobID).status, try await store.job(plain.jobID).status]
            #expect(others == [.pending, .pending])
            let again = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(again.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `as many expire as are asked for, the latest first due`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 1...5 {
                try await store.insert(.make("\(index)", expiresAt: "2001-01-0\(6 - index)T00:00:00Z"))
            }
            let first = try await store.perform { try $0.expirePending(limit: 2) }
            let rest = try await store.perform { try $0.expirePending(limit: 100) }
            #expect(Set(first.map(\.names.requestID)) == ["4", "5"] && rest.count == 3)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job that runs does not expire`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("a", expiresAt: "2001-01-01T00:00:00Z"))
            let claimed = try #require(try await store.claim(store.daemon()))
            let ended = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(claimed.isExpired && ended.isEmpty)
        }
    }
}
