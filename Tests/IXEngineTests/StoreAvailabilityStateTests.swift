import IXStore
import Testing

@testable import IXEngine

/// What of failures is told, and when they are an outage.
@Suite struct StoreAvailabilityStateTests {
    private let start = ContinuousClock.now

    private func error(
        _ operation: String, _ message: String, _ code: StoreError.Code = .unavailable
    ) -> StoreError {
        StoreError(code, operation: operation, message: message)
    }

    @Test func `connections that break are no outage when fresh ones can be made`() {
        var state = StoreAvailabilityState()
        for operation in ["claim_next_pending", "renew_lease", "mark_done"] {
            #expect(state.failed(error(operation, "server closed the connection"), at: start) == nil)
        }
        #expect(state.reason == nil && state.answered(at: start + .seconds(1)) == nil)
        // One that comes late, of the same restart.
        #expect(state.failed(error("sweep_orphans", "server closed the connection"), at: start + .seconds(2)) == nil)
    }

    @Test func `it is one when a fresh connection fails, told once, with its reason`() {
        var state = StoreAvailabilityState()
        #expect(state.failed(error("mark_done", "server closed the connection"), at: start) == nil)
        #expect(state.failed(error("connect", "Connection refused"), at: start + .milliseconds(100)) == .away)
        #expect(state.failed(error("connect", "Connection refused"), at: start + .milliseconds(300)) == nil)
        #expect(state.reason == "Connection refused")
    }

    @Test func `each other reason is told once, and the end with its length, from the first failure on`() {
        var state = StoreAvailabilityState()
        #expect(state.failed(error("connect", "Connection refused"), at: start) == nil)
        #expect(state.failed(error("connect", "Connection refused"), at: start + .seconds(1)) == .away)
        for (second, reason, news) in [
            (2, "the database system is starting up", StoreAvailabilityState.News.otherReason),
            (3, "Connection refused", nil),
            (4, "the database system is starting up", nil), (5, "password authentication failed", .otherReason),
        ] as [(Int, String, StoreAvailabilityState.News?)] {
            #expect(state.failed(error("connect", reason), at: start + .seconds(second)) == news)
            #expect(state.reason == reason)
        }
        #expect(state.answered(at: start + .seconds(9)) == .seconds(9))
        #expect(state.answered(at: start + .seconds(10)) == nil && state.reason == nil)
    }

    @Test func `reasons that never repeat themselves are told a few times`() {
        var state = StoreAvailabilityState()
        let news = (0..<100).compactMap { state.failed(error("connect", "try \($0)"), at: start) }
        #expect(news.count(where: { $0 == .away }) == 1 && news.count < 20)
    }

    @Test func `an operation that breaks its connection again is more than a connection`() {
        var state = StoreAvailabilityState()
        #expect(state.failed(error("sweep_orphans", "server closed the connection"), at: start) == nil)
        #expect(state.answered(at: start) == nil)
        #expect(state.failed(error("sweep_orphans", "server closed the connection"), at: start + .seconds(10)) == .away)
    }

    @Test(arguments: [StoreError.Code.deadlineExceeded, .permission, .schema, .full])
    func `what isn't the connection's is told at once`(_ code: StoreError.Code) {
        var state = StoreAvailabilityState()
        #expect(state.failed(error("mark_done", "no", code), at: start) == .away)
    }
}
