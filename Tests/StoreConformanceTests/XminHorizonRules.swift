import IXStore
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases.filter { !$0.has(.xminHorizon) })
    func `where a store keeps no dead rows, no holder of the xmin horizon is reported`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            #expect(statistics.xminHorizon == nil && store.duties.isEmpty)
        }
    }
}
