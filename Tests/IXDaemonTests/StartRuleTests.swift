import IXStore
import Testing

@testable import IXDaemon

/// How long a start tries, as a table of what failed and when.
@Suite struct StartRuleTests {
    private let begin = ContinuousClock.now

    private func error(_ state: String) -> StoreError {
        StoreError(.unavailable, operation: "connect", message: "x", storeCode: state)
    }

    /// Decisions after `failures`, each a second and a code.
    private func decisions(_ failures: [(Double, String)], wasReady: Bool = false) -> [StartRule.Decision] {
        var rule = StartRule(limit: .seconds(60), wasReady: wasReady, begin: begin)
        return failures.map { rule.decide(after: error($0.1), at: begin + .seconds($0.0)) }
    }

    @Test(arguments: ["28000", "28P01", "3D000"])
    func `a first start gives up once the role or the database was refused for a minute`(_ state: String) {
        #expect(decisions([(0, state), (59, state), (60, state)]) == [.tryAgain, .tryAgain, .giveUp])
    }

    @Test func `one that was ready on this address goes on, and lets the manager go on`() {
        #expect(
            decisions([(0, "28P01"), (60, "28P01"), (3600, "28P01")], wasReady: true)
                == [.tryAgain, .tryAgainReleased, .tryAgainReleased])
    }

    @Test func `the minute begins with the refusal, and anew after any other failure`() {
        #expect(
            decisions([(0, ""), (50, "28P01"), (70, "28P01"), (80, ""), (90, "28P01"), (149, "28P01"), (150, "28P01")])
                == [
                    .tryAgain, .tryAgain, .tryAgainReleased, .tryAgainReleased, .tryAgainReleased, .tryAgainReleased,
                    .giveUp,
                ])
    }

    @Test func `a database that is away is waited for without end`() {
        #expect(
            decisions([(0, ""), (60, "57P03"), (86_400, "")]) == [.tryAgain, .tryAgainReleased, .tryAgainReleased])
    }

    @Test(arguments: ["42P01", "42703"])
    func `a table that another program renamed for a moment is waited for, a minute at a first start`(_ state: String) {
        var rule = StartRule(limit: .seconds(60), wasReady: false, begin: begin)
        let missing = StoreError(.schema, operation: "sweep_orphans", message: "x", storeCode: state)
        #expect(rule.decide(after: missing, at: begin) == .tryAgain)
        #expect(rule.decide(after: missing, at: begin + .seconds(60)) == .giveUp)
        rule = StartRule(limit: .seconds(60), wasReady: true, begin: begin)
        for second in [0.0, 3600] {
            #expect(rule.decide(after: missing, at: begin + .seconds(second)) != .giveUp)
        }
    }

    @Test func `rights that are missing end a first start, and are waited for where it was ready before`() {
        let revoked = StoreError(.permission, operation: "claim", message: "x", storeCode: "42501")
        for wasReady in [false, true] {
            var rule = StartRule(limit: .seconds(60), wasReady: wasReady, begin: begin)
            #expect((rule.decide(after: revoked, at: begin) == .giveUp) != wasReady)
        }
    }

    @Test func `what no waiting mends ends the start at once`() {
        var rule = StartRule(limit: .seconds(60), wasReady: true, begin: begin)
        for code in [StoreError.Code.schema, .permission, .misconfigured] {
            #expect(rule.decide(after: StoreError(code, operation: "x", message: "x"), at: begin) == .giveUp)
        }
    }
}
