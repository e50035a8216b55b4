import Foundation
import IXCore
import Testing

@testable import IXTelemetry

@Suite struct TraceContextTests {
    @Test func `each run starts a trace of its own`() {
        let trace = TraceContext.new().traceparent
        #expect(trace.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(trace != TraceContext.new().traceparent)
    }

    @Test func `without a caller the trace is the job's, and the span the end of the claim's id`() {
        let (job, claim) = (UUID(), UUID())
        let ids = [job, claim].map { $0.uuidString.lowercased().replacing("-", with: "") }
        let start = TraceContext(jobID: job, claimID: claim, caller: nil)
        #expect(start.traceparent == "00-\(ids[0])-\(ids[1].suffix(16))-01" && start.isSampled && start.state == nil)
        #expect(TraceContext(header: start.traceparent) == start)
        #expect(!TraceContext(jobID: job, claimID: claim, caller: nil, isSampled: false).isSampled)
    }

    @Test func `the starts of a job share the caller's trace, each with a span of its own`() throws {
        let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\nvendor=1"
        let (job, first, second) = (UUID(), UUID(), UUID())
        let traces = [first, second].map { TraceContext(jobID: job, claimID: $0, caller: caller).traceparent }
        #expect(traces.allSatisfy { $0.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") && $0.hasSuffix("-00") })
        #expect(traces[0] != traces[1] && TraceContext(header: traces[0]) != nil)
        #expect(traces[0] == TraceContext(jobID: job, claimID: first, caller: caller).traceparent)
    }

    @Test func `the last bit of the flags says if a trace is kept`() {
        for flags in 0..<256 {
            let digits = String(flags, radix: 16)
            let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + (flags < 16 ? "0" : "") + digits
            #expect(TraceContext(header: text)?.isSampled == (flags & 1 == 1), "\(text)")
        }
    }

    @Test func `a caller's tracestate goes on to each span, and no job without a caller has one`() throws {
        let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\nvendor=1,other=t61rcWkgMzE"
        let start = TraceContext(jobID: UUID(), claimID: UUID(), caller: caller)
        #expect(start.state == "vendor=1,other=t61rcWkgMzE" && start.child().state == start.state)
        #expect(start.stored == start.traceparent + "\nvendor=1,other=t61rcWkgMzE")
        #expect(TraceContext(stored: start.stored) == start)
        for broken in ["nonsense\nvendor=1", "\nvendor=1"] {
            #expect(TraceContext(jobID: UUID(), claimID: UUID(), caller: broken).state == nil)
        }
        // Foreign code can write the column: nothing of it may end a header's line.
        for state in ["vendor=1\r\nx: y", "a=b\nc=d", "vendor", ""] {
            let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n" + state
            let start = TraceContext(jobID: UUID(), claimID: UUID(), caller: caller)
            #expect(start.state == nil && start.traceID == "0af7651916cd43dd8448eb211c80319c")
        }
    }

    @Test func `the job that a resubmitted job repeats is no caller, and lies behind a caller's headers`() throws {
        let (old, job, claim) = (UUID(), UUID(), UUID())
        let place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let alone = "\n\n\(place)\n\(old.uuidString.lowercased())"
        let origin = try #require(ResubmitOrigin(context: alone))
        #expect(origin.jobID == old && origin.traceparent == place && origin.context == alone)
        #expect(TraceContext(stored: alone) == nil)
        let start = TraceContext(jobID: job, claimID: claim, caller: alone)
        #expect(start == TraceContext(jobID: job, claimID: claim, caller: nil) && start.state == nil)
        // A trace that begins at the job is kept by the ratio, not as one whose caller decided.
        #expect(!Tracing(ratio: 0).context(jobID: job, claimID: claim, caller: alone).isSampled)
        let behind = "\(place)\nvendor=1" + alone.dropFirst(1)
        #expect(ResubmitOrigin(context: behind) == origin)
        #expect(TraceContext(stored: behind)?.state == "vendor=1")
        for text in ["", place, "\(place)\nvendor=1", "\n\n\(place)\nnonsense", alone + "\n"] {
            #expect(ResubmitOrigin(context: text) == nil)
        }
        #expect(ResubmitOrigin(context: "\n\nnonsense\n\(old)")?.traceparent == nil)
    }

    @Test(arguments: [nil, "", "nonsense", "00-0-0-01"])
    func `without a caller's trace the job's starts share a trace of the job's own`(_ caller: String?) throws {
        let job = try #require(UUID(uuidString: "0AF76519-16CD-43DD-8448-EB211C80319C"))
        let trace = TraceContext(jobID: job, claimID: UUID(), caller: caller)
        #expect(trace.traceparent.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(TraceContext(header: trace.traceparent) == trace)
    }
}
