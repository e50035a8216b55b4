import IXCore
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// What a warm program's line is taken for: an answer ends its job, whether it can be read or not; only what isn't one
/// is malformed.
@Suite struct WarmLineTests {
    private static let deep = String(repeating: "[", count: 80) + String(repeating: "]", count: 80)

    @Test(arguments: [
        #"{"done":{"job_id":"j","attempt":2,"response":{"score":NaN}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"score":Infinity}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"a":"\u0000"}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"a":"\ud800"}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"a":1e999999}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"a":\#(deep)}}}"#,
        #"{"done":{"job_id":"j","attempt":2,"response":{"#,
        #" { "done" : { "job_id" : "j" , "attempt" : 2 , "response" : { ' } } } "#,
        #"{"retry":{"job_id":"j","attempt":2,"after":NaN}}"#,
        #"{"discard":{"job_id":"j","attempt":2,"code":nil}}"#,
        // A mark joins the colon.
        "{\"retry\":\u{485}{\"job_id\":\"j\",\"attempt\":2}}",
    ])
    func `an answer that can't be read is one, of the run that it names`(_ line: String) {
        guard case .unusable(let run, let reason, _) = WarmLine(Array(line.utf8)) else {
            Issue.record("taken for something else: \(String(describing: WarmLine(Array(line.utf8))))")
            return
        }
        #expect(run == WarmRun(jobID: "j", attempt: 2) && !reason.isEmpty)
    }

    @Test(arguments: [
        #"{"done":7}"#, #"{"retry":"soon"}"#, #"{"discard":null}"#, #"{"done":{"response":{}}}"#,
        #"{"done":{"job_id":7}}"#,
    ])
    func `an answer that names no run is the run's in hand`(_ line: String) {
        guard case .unusable(let run, _, _) = WarmLine(Array(line.utf8)) else {
            Issue.record("taken for something else")
            return
        }
        #expect(run.jobID == nil)
    }

    @Test func `bytes that aren't UTF-8 in an answer make it unusable`() {
        var line = Array(#"{"done":{"job_id":"j","response":{"a":""#.utf8)
        line += [0xFF] + Array(#""}}}"#.utf8)
        guard case .unusable(let run, let reason, _) = WarmLine(line) else {
            Issue.record("taken for something else")
            return
        }
        #expect(run.jobID == "j" && reason == "is not UTF-8")
    }

    @Test(arguments: [
        "", "{", "[]", "done", #""done""#, #"{"doing":1}"#, #"{"x":{"done":NaN}}"#, #"{"log":"\u0000"}"#,
        "Traceback (most recent call last):",
        #"{"score":NaN,"done":1}"#,
    ])
    func `what isn't an answer is none`(_ line: String) {
        #expect(WarmLine(Array(line.utf8)) == nil)
    }

    @Test func `a number that no one can wait for is one that can`() {
        let wait = #"{"retry":{"job_id":"j","after":1e400}}"#
        guard case .retry(_, let after, _, _) = WarmLine(Array(wait.utf8)) else {
            Issue.record("taken for something else")
            return
        }
        #expect(after == .seconds(PipelineLimits.longestRetry))
    }
}
