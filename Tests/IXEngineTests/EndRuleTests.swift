import IXCore
import IXStore
import Testing

@testable import IXEngine

/// Which errors of a store may replace a result, and which only keep it waiting.
struct EndRuleTests {
    private static func error(_ code: StoreError.Code) -> StoreError {
        StoreError(code, operation: "mark_done", message: "the reason")
    }

    @Test(arguments: [
        StoreError.Code.unavailable, .deadlineExceeded, .conflict, .full, .misconfigured, .busy,
    ])
    func `an outage keeps the result, and its worker waits`(_ code: StoreError.Code) {
        for isReplacement in [false, true] {
            let decision = EndRule.decide(after: Self.error(code), isReplacement: isReplacement)
            #expect(decision == .keep(workerGoesOn: false))
        }
    }

    @Test(arguments: [StoreError.Code.locked, .permission, .schema, .internal, .inUse, .misplaced])
    func `a call that fails for another cause keeps the result, and its worker goes on`(_ code: StoreError.Code) {
        for isReplacement in [false, true] {
            let decision = EndRule.decide(after: Self.error(code), isReplacement: isReplacement)
            #expect(decision == .keep(workerGoesOn: true))
        }
    }

    @Test(arguments: [StoreError.Code.unreadable, .invalidInput(InvalidInput("response", "no"))])
    func `only a refused document is replaced, by an error that names the reason, once`(_ code: StoreError.Code) {
        guard case .replace(let error) = EndRule.decide(after: Self.error(code), isReplacement: false) else {
            return #expect(Bool(false), "\(code)")
        }
        #expect(error.code == "unstorable_response" && error.message.hasSuffix("the reason"))
        #expect(EndRule.decide(after: Self.error(code), isReplacement: true) == .giveUp)
    }

    @Test func `what the database says of a document is quoted in part`() {
        let long = StoreError(.unreadable, operation: "mark_done", message: String(repeating: "x", count: 100_000))
        guard case .replace(let error) = EndRule.decide(after: long, isReplacement: false) else {
            Issue.record("not replaced")
            return
        }
        #expect(error.message.utf8.count < 1000)
    }
}
