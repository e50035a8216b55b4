import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import Testing

@Suite struct FilterGrammarTests {
    @Test func `every name of the grammar sets its field`() throws {
        let id = UUID.random()
        let filter = try FilterGrammar.read([
            ("status", "done,error"), ("client_id", "shop,\"a, b\",x\"y"), ("use_case", "invoice"),
            ("queue", "mail,\"a,b\""), ("group", "acme"), ("schedule", "nightly,\"a,b\""), ("error_code", "timeout"),
            ("callback_status", "failed"),
            ("daemon_id", id.uuidString), ("resubmit_of", id.uuidString),
            ("older_than", "90s"), ("newer_than", "2h"), ("created_after", "2026-03-04T05:06:07Z"),
            ("created_before", "2026-03-05T00:00:00+01:00"),
        ])
        #expect(filter.statuses == [.done, .error] && filter.callbackStatuses == [.failed])
        #expect(
            filter.clientIDs == ["shop", "a, b", "x\"y"] && filter.useCases == ["invoice"]
                && filter.errorCodes == ["timeout"])
        #expect(filter.queues == ["mail", "a,b"] && filter.groupKeys == ["acme"])
        #expect(filter.schedules == ["nightly", "a,b"])
        #expect(filter.daemonID == id && filter.resubmitOf == id)
        #expect(filter.olderThan == .seconds(90) && filter.newerThan == .seconds(7200))
        #expect(filter.createdAfter?.text == "2026-03-04T05:06:07.000000Z")
        #expect(filter.createdBefore?.text == "2026-03-04T23:00:00.000000Z")
    }

    @Test(arguments: [
        ("stats", "done", "is no filter; did you mean status?"),
        ("status", "gone", "is one of pending, running, done, error"),
        ("status", "done,", "is one of pending, running, done, error"), ("client_id", "", "is empty"),
        ("client_id", "a,", "is empty"), ("client_id", "\"a", "has a quote without its end"),
        ("client_id", "\"a\"b", "has text behind a quote"),
        ("daemon_id", "x", "is not a UUID"),
        ("older_than", "soon", "a duration is a number and s, m, h or d, such as 90s, 15m, 2h or 7d"),
        ("created_after", "tomorrow", "is no time; write it like 2026-03-04T05:06:07.000008Z"),
    ])
    func `a filter that means nothing is refused by its name`(_ name: String, _ value: String, _ reason: String) {
        #expect(throws: InvalidInput(name, reason)) { try FilterGrammar.read([(name, value)]) }
    }

    @Test func `a name given twice is refused`() {
        #expect(throws: InvalidInput("status", "is given twice")) {
            try FilterGrammar.read([("status", "done"), ("status", "error")])
        }
    }

    @Test func `a search is words of the same grammar`() throws {
        let filter = try FilterGrammar.read(search: "  status:error,done client_id:\"shop north\",b error_code:a:b ")
        #expect(filter.statuses == [.error, .done])
        #expect(filter.clientIDs == ["shop north", "b"] && filter.errorCodes == ["a:b"])
    }

    @Test(arguments: ["error", "status:error error", "client_id:\"shop"])
    func `a search that can't be read says so`(_ text: String) {
        #expect(throws: InvalidInput.self) { try FilterGrammar.read(search: text) }
    }
}
