import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXCallbacks

@Suite struct RetryRulesTests {
    private let rules = DeliveryRules(pauses: [.seconds(5), .seconds(300)])

    private func callback(retryIndex: Int, age: Duration = .zero) -> ClaimedCallback {
        ClaimedCallback(
            jobID: UUID(), claimID: UUID(), clientID: "c", url: "http://a/", endpoint: "http://a", status: .done,
            endedAt: "2026-03-04T05:06:07.000008Z", body: "{}", isWrapped: false, retryIndex: retryIndex,
            tries: retryIndex,
            age: age)
    }

    private func outcome(_ kind: PostResult.Kind, retryIndex: Int = 0, age: Duration = .zero)
        -> DeliveryCompletion.Outcome
    {
        var random = SeededGenerator(seed: 1)
        return rules.outcome(
            of: PostResult(kind: kind), callback: callback(retryIndex: retryIndex, age: age), now: 1_000_000,
            using: &random)
    }

    @Test(arguments: [200, 201, 204, 299])
    func `only a 2xx is a success`(_ status: Int) {
        #expect(outcome(.answered(status, retryAfter: nil)) == .delivered)
    }

    @Test(arguments: [100, 300, 301, 302, 307, 304, 400, 404, 429, 500, 502, 503])
    func `anything else is tried again`(_ status: Int) {
        guard case .again(_, true) = outcome(.answered(status, retryAfter: nil)) else {
            Issue.record("\(status) was not tried again")
            return
        }
    }

    @Test func `410 ends it`() { #expect(outcome(.answered(410, retryAfter: "5")) == .failed) }

    @Test func `a URL that is refused as it stands ends it, an address that is refused doesn't`() {
        #expect(outcome(.refused("x", isFinal: true)) == .failed)
        #expect(outcome(.refused("x", isFinal: false)) != .failed)
    }

    @Test func `each pause is the schedule's, a fifth more or less, and after the last try it has failed`() {
        for retryIndex in 0...1 {
            guard case .again(let pause, true) = outcome(.unanswered("x"), retryIndex: retryIndex) else {
                Issue.record("retry \(retryIndex) ended it")
                return
            }
            #expect(pause >= rules.pauses[retryIndex] * 0.8 && pause <= rules.pauses[retryIndex] * 1.2)
        }
        #expect(outcome(.unanswered("x"), retryIndex: 2) == .failed)
    }

    @Test(arguments: [
        ("120", 120.0), ("0", 1), ("1", 1), ("999999", 21_600), ("99999999999999999999", 21_600), (" 7 ", 7),
        ("Mon, 12 Jan 1970 13:47:40 GMT", 60), ("Monday, 12-Jan-70 13:47:40 GMT", 60), ("Mon Jan 12 13:47:40 1970", 60),
        ("Sun, 06 Nov 1960 08:49:37 GMT", -1), ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 21_600),
    ])
    func `Retry-After is seconds or a date, from a second to six hours`(_ text: String, _ seconds: Double) {
        let pause = RetryAfter.pause(text, now: 1_000_000)
        #expect(pause == (seconds < 0 ? nil : .seconds(seconds)))
    }

    @Test(arguments: [nil, "", "soon", "-5", "1.5", "Mon, 99 Jan 1970 00:00:00 GMT", "Mon, 12 Foo 1970 00:00:00 GMT"])
    func `a Retry-After that says nothing counts for nothing`(_ text: String?) {
        #expect(RetryAfter.pause(text, now: 1_000_000) == nil)
    }

    @Test func `a longer pause that the receiver asks for is kept to the second`() {
        #expect(outcome(.answered(429, retryAfter: "60")) == .again(after: .seconds(60), advances: true))
    }

    @Test func `a shorter one is kept and uses up no step, until the schedule's time is over`() {
        #expect(outcome(.answered(503, retryAfter: "2"), retryIndex: 1) == .again(after: .seconds(2), advances: false))
        #expect(
            outcome(.answered(503, retryAfter: "2"), retryIndex: 1, age: .seconds(306))
                == .again(after: .seconds(2), advances: true))
        #expect(outcome(.answered(503, retryAfter: "2"), retryIndex: 2, age: .seconds(306)) == .failed)
    }
}
