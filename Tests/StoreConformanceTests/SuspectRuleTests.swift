import FoundationEssentials
import IXCore
import IXStore
import Testing

/// Whom a daemon's death is charged to.
struct SuspectRuleTests {
    @Test(
        arguments: [
            // running, suspects among them, width before, width after, whether the suspect is charged
            (20, 0, nil, 10, false), (1, 0, nil, 1, false), (3, 0, nil, 2, false),
            (20, 10, 10, 5, false), (5, 5, 5, 2, false), (2, 2, 2, 1, false), (3, 3, 10, 1, false),
            (1, 1, 1, 1, true), (20, 1, 1, 1, true), (20, 1, 8, 1, true),
            // None of the suspects ran: those that did join them.
            (20, 0, 5, 5, false),
        ] as [(Int, Int, Int?, Int, Bool)])
    func `the width after a death, and who is charged`(
        _ running: Int, _ suspects: Int, _ before: Int?, _ after: Int, _ isCharged: Bool
    ) {
        let rule = SuspectRule(running: running, suspects: suspects, width: before)
        #expect(rule.width == after && rule.chargesSuspect == isCharged)
    }

    @Test(arguments: [1, 2, 3, 20, 100, 1000])
    func `a job among n is found after log2 n deaths`(_ count: Int) {
        var (width, deaths) = (SuspectRule(running: count, suspects: 0, width: nil).width, 1)
        while width > 1 {
            width = SuspectRule(running: width, suspects: width, width: width).width
            deaths += 1
        }
        #expect(Double(deaths) <= 1 + (Double(count).exponent < 0 ? 0 : Double(Double(count).exponent) + 1))
        #expect(SuspectRule(running: 1, suspects: 1, width: width).chargesSuspect)
    }

    @Test func `foreign code's jobs, and those that may be started once, are charged in any case`() {
        let rule = SuspectRule(running: 5, suspects: 0, width: nil)
        let daemon = UUID.random()
        func orphan(_ daemon: UUID?, _ most: Int) -> Orphan {
            Orphan(jobID: .random(), daemonID: daemon, maxAttempts: most, isSuspect: false)
        }
        #expect(orphan(nil, 3).isCharged(by: rule) && orphan(daemon, 1).isCharged(by: rule))
        #expect(!orphan(daemon, 3).isCharged(by: rule) && !orphan(daemon, 0).isCharged(by: rule))
    }
}
