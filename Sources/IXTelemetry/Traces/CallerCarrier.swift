import Instrumentation

/// `CallerCarrier` puts code under a place in a trace, for whichever tracer the process has.
///
/// The tracer reads the two headers as it would those of a caller over HTTP. So spans of a pipeline's own code, and of the
/// libraries that the code calls, join the job's trace: with the daemon's tracer, and with one that a program brought.
package enum CallerCarrier {
    private struct Headers: Extractor {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.lowercased()] }
    }

    /// Runs `body` under a place. A process without a tracer runs it as it is.
    package static func under<Value>(
        _ place: TraceContext, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let instrument = InstrumentationSystem.instrument
        guard !(instrument is NoOpInstrument) else { return try await body() }
        var headers = ["traceparent": place.traceparent]
        headers["tracestate"] = place.state
        var context = ServiceContext.current ?? .topLevel
        instrument.extract(headers, into: &context, using: Headers())
        return try await ServiceContext.withValue(context) { try await body() }
    }
}
