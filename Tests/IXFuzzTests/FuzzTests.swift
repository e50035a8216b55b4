import IXFuzz
import IXTestSupport
import Testing

/// The short form of `make fuzz`: the same inputs in every run.
@Suite(.timeLimit(.minutes(3))) struct FuzzTests {
    @Test(arguments: FuzzKind.allCases) func `no input ends a reader or contradicts itself`(_ kind: FuzzKind) {
        let count = kind == .configuration ? 300 : 5_000
        let result = Fuzz(kind, seed: 20_261_129, count: count).run()
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.count == count && result.bytes > count)
    }

    @Test func `an input is the same for the same seed and number, and another for another`() {
        let fuzz = Fuzz(.documents, seed: 7, count: 100)
        #expect((0..<100).allSatisfy { fuzz.input($0) == fuzz.input($0) })
        #expect(Set((0..<100).map { fuzz.input($0) }).count > 60)
    }

    @Test(.enabled(if: PrivateCluster.isAvailable, Comment(rawValue: PrivateCluster.missing)))
    func `both databases say the same as this program of documents and URLs`() async throws {
        try await TestDatabase.with { database in
            try await TestFile.with { file in
                let result = try await StoreAgreement(seed: 20_261_129, count: 1_500).run(database, file)
                #expect(result.differences.isEmpty, "\(result.differences.prefix(10))")
                #expect(result.taken > 100)
            }
        }
    }
}
