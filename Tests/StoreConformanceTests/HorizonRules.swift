import IXStore
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases.filter { !$0.has(.horizon) })
    func `where dead rows are nobody's burden, nobody holds the horizon`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let holds = try await store.perform { try $0.horizonHolds() }
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            #expect(holds.isEmpty && statistics.horizon == nil)
        }
    }
}
