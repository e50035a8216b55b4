import FoundationEssentials
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    /// Callbacks of a client that are due, each at an endpoint of its own unless one is given.
    private func endOwing(
        _ count: Int, of client: String, _ store: any JobStore, at endpoint: String? = nil
    ) async throws -> [UUID] {
        var jobs: [UUID] = []
        for number in 0..<count {
            let url = endpoint.map { "\($0)/\(number)" } ?? "http://\(client)-\(number)/"
            jobs.append(
                try await EndPath.done.end("\(client) \(number)", store, url: url, clientID: client))
        }
        return jobs
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `clients take turns, however long the backlog of one is`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let many = try await endOwing(12, of: "many", store)
            let few = try await endOwing(2, of: "few", store)
            let claimed = try await store.dueCallbacks(limit: 4).map(\.jobID)
            #expect(Set(claimed) == Set(many.prefix(2) + few))
            let rest = try await store.dueCallbacks(limit: 5, shares: ["many": 98]).map(\.jobID)
            #expect(Set(rest) == Set(many[2..<7]))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a client has no more than its share, what it has under way counted`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let many = try await endOwing(6, of: "many", store)
            let none = try await store.dueCallbacks(shareOfEach: 3, shares: ["many": 0])
            let minus = try await store.dueCallbacks(shareOfEach: 3, shares: ["many": -2])
            #expect(none.isEmpty && minus.isEmpty)
            let wait = try await store.perform { try $0.nextCallback(slots: [:], shares: ["many": 0]) }
            let now = try await store.perform { try $0.nextCallback(slots: [:], shares: ["many": 1, "few": 0]) }
            #expect(wait == nil && now == .zero)
            let one = try await store.dueCallbacks(shareOfEach: 3, shares: ["many": 1]).map(\.jobID)
            let three = try await store.dueCallbacks(shareOfEach: 3).map(\.jobID)
            #expect(one == [many[0]] && Set(three) == Set(many[1...3]))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `at an endpoint of several clients they take turns, and a client's own are oldest first`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let many = try await endOwing(6, of: "many", store, at: "http://shared")
            let few = try await endOwing(1, of: "few", store, at: "http://shared")
            let claimed = try await store.dueCallbacks(slotsPerEndpoint: 3).map(\.jobID)
            #expect(Set(claimed) == Set(many.prefix(2) + few))
            let other = try await endOwing(1, of: "other", store, at: "http://shared")
            let busy = try await store.dueCallbacks(slotsPerEndpoint: 2, shareOfEach: 4, shares: ["many": 2])
            #expect(Set(busy.map(\.jobID)) == Set([many[2]] + other))
        }
    }
}
