import IXTestSupport
import Testing

/// Every guard of the SQL is needed: its scenario holds with the statements as they are, and not with the guard's text taken
/// out. The guards are those of the model.
@Suite(.needsPostgres, .timeLimit(.minutes(10))) struct GuardMutantTests {
    static let needed = Guard.all.filter { !$0.isSpare }

    @Test func `every guard of the model has a scenario, and every scenario a guard`() {
        #expect(Set(Self.needed.map(\.name)) == Set(Scenario.all.map(\.name)))
        #expect(Self.needed.count > 35 && Scenario.all.count == Self.needed.count)
    }

    @Test(arguments: needed)
    func `with the guard its scenario holds, and without it it doesn't`(_ one: Guard) async throws {
        let scenario = try #require(Scenario[one.name])
        let whole = try await GuardLab.with(without: []) { try await scenario.holds($0) }
        #expect(whole)
        let isMissed = try await GuardLab.with(without: one.removed) { lab in
            do { return try await !scenario.holds(lab) } catch is SQLFailure {
                return true  // the statement can't even be run
            }
        }
        #expect(isMissed, "nothing is different without \(one.removed.map(\.name))")
    }
}
