import IXStore
import Testing

@testable import IXWorker

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

    @Test func `what no waiting mends ends the start at once`() {
        var rule = StartRule(limit: .seconds(60), wasReady: true, begin: begin)
        for code in [StoreError.Code.schema, .permission, .misconfigured] {
            #expect(rule.decide(after: StoreError(code, operation: "x", message: "x"), at: begin) == .giveUp)
        }
    }
}
