import IXCore
import IXStore
import Testing

@testable import IXDaemon
@testable import IXEngine

/// What `systemctl status` shows of the daemon, by its state.
@Suite struct StatusLineTests {
    private static func line(
        busy: Int = 1, outage: String? = nil, isListening: Bool? = true, isDraining: Bool = false,
        breakers: [OpenBreaker] = [], refusal: [String] = []
    ) -> String {
        let job = WorkerState.CurrentJob(jobID: .random(), attempt: 1, useCase: "echo")
        let workers = (1...4).map { number in
            WorkerState(
                number: number, work: .running, since: .now, job: number <= busy ? job : nil)
        }
        let state = EngineState(
            workers: workers, counts: .init(done: 7, error: 2, handedBack: 5, fenced: 1), outage: outage,
            isListening: isListening, isDraining: isDraining, openBreakers: breakers)
        return StatusLine(state, refusal: refusal).text
    }

    private static let ready = "Ready: 1 of 4 workers busy, 7 done and 2 in error since the start"

    @Test func `a daemon at work says how busy it is and what it has done`() {
        #expect(Self.line() == Self.ready)
        #expect(Self.line(isListening: nil) == Self.ready, "notifications were not asked for")
    }

    @Test func `a daemon that polls says so, and names each pipeline that takes no jobs`() {
        let breakers = [OpenBreaker(pipeline: "a", reason: "gone"), OpenBreaker(pipeline: "b", reason: "slow")]
        #expect(
            Self.line(isListening: false, breakers: breakers) == Self.ready
                + "; no notifications, polling; pipeline a takes no jobs: gone; pipeline b takes no jobs: slow")
    }

    @Test func `an outage comes before what is done, a drain before an outage`() {
        #expect(Self.line(outage: "refused") == "Waiting for the database: refused; 1 of 4 workers busy")
        #expect(Self.line(busy: 3, outage: "refused", isDraining: true) == "Draining: 3 jobs running")
    }

    @Test func `a refused reload is said in every state, by its first reason and the number of the rest`() {
        let refused = "; reload refused, the old configuration is in force: bad key"
        #expect(Self.line(refusal: ["bad key"]) == Self.ready + refused)
        #expect(Self.line(refusal: ["bad key", "b", "c"]) == Self.ready + refused + " (and 2 more)")
        #expect(Self.line(busy: 0, isDraining: true, refusal: ["bad key"]) == "Draining: 0 jobs running" + refused)
    }
}
