import Testing

@testable import IXTelemetry

@Suite struct TraceContextTests {
    @Test func `each run starts a trace of its own`() {
        let trace = TraceContext.new().traceparent
        #expect(trace.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(trace != TraceContext.new().traceparent)
    }
}
