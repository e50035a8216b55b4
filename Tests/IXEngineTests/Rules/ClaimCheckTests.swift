import FoundationEssentials
import IXCore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// What is decided about a claimed job before its pipeline starts; the names of use cases are in ForeignWorkTests.
@Suite struct ClaimCheckTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        var request: String? = document("")
        var attempts = 0
        var most = 3
        var isExpired = false
        var isCancelled = false
        var clientID = "c"
        let decision: String
        var testDescription: String { rule }
    }

    private static func document(_ more: String) -> String {
        #"{"use_case":"echo","ix_client_id":"c","request_id":"r","ix_id":"i"\#(more)}"#
    }

    static let rows = [
        Row(rule: "a job with a pipeline runs", decision: "run"),
        Row(rule: "a job of an unlimited number of starts runs", attempts: 1000, most: 0, decision: "run"),
        Row(rule: "the last start runs", attempts: 2, decision: "run"),
        Row(rule: "no start is left", attempts: 3, decision: "attempts_exhausted"),
        Row(
            rule: "a cancelled job ends, even an expired one", isExpired: true, isCancelled: true, decision: "cancelled"
        ),
        Row(rule: "an expired job ends, even without starts", attempts: 3, isExpired: true, decision: "expired"),
        Row(rule: "a document that can't be read", request: nil, decision: "bad_request"),
        Row(rule: "a document that is no object", request: "[]", decision: "bad_request"),
        Row(rule: "a document without a use case", request: #"{"a":1}"#, decision: "bad_request"),
        Row(rule: "a use case that is no text", request: #"{"use_case":7}"#, decision: "bad_request"),
        Row(
            rule: "names that a legacy producer left out come from the row", request: #"{"use_case":"echo"}"#,
            decision: "run"),
        Row(
            rule: "a key of the row that is too long", clientID: String(repeating: "x", count: 256),
            decision: "bad_request"),
        Row(
            rule: "a document over the limit",
            request: document(#","x":"\#(String(repeating: "x", count: 1_100_000))""#),
            decision: "bad_request"),
    ]

    @Test(arguments: rows) func `a claimed job runs or ends as its row says`(_ row: Row) {
        let job = ClaimedJob(
            attempt: Attempt(jobID: .random(), attempts: row.attempts, claimID: .random()), maxAttempts: row.most,
            names: JobNames(useCase: "echo", clientID: row.clientID, requestID: "r", ixID: "i"), request: row.request,
            isExpired: row.isExpired, isCancelled: row.isCancelled, hasCallback: false)
        let check = ClaimCheck(pipelines: PipelineRegistry(timeout: .seconds(1)))
        let decision =
            switch check.decide(job) {
            case .run(let request, let entry): request.ixID == "i" && entry.name == "echo" ? "run" : "misread"
            case .refuse(let error): error.code
            case .leave: "leave"
            }
        #expect(decision == row.decision)
    }
}
