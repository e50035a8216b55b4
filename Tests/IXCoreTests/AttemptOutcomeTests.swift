import Foundation
import IXCore
import Testing

/// What people read of outcomes is what the enum says.
@Suite struct AttemptOutcomeTests {
    @Test(arguments: AttemptOutcome.allCases)
    func `the manual's table names each outcome, and says which cost no start`(_ outcome: AttemptOutcome) throws {
        let manual = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/ctl.md")
        let rows = try String(contentsOf: manual, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("|") && $0.split(separator: "|")[0].contains("`\(outcome.rawValue)`") }
        let row = try #require(rows.first)
        #expect(rows.count == 1 && row.contains("costs no start") == !outcome.usesUpStart)
    }

    @Test func `an unknown word is no outcome`() {
        #expect(AttemptOutcome(rawValue: "éteint") == nil && AttemptOutcome(rawValue: "") == nil)
    }
}
