import IXTelemetry
import Tracing

/// `JobTracer` is the daemon's tracer of swift-distributed-tracing: spans of a Swift pipeline, and of the libraries that
/// the pipeline calls, join the trace of the job that runs.
///
/// Guarantees: a span without a place above is not kept. So no library makes traces of its own, and the export of spans
/// makes none.
struct JobTracer: Tracer {
    typealias Span = JobSpan

    let tracing: IXTelemetry.Tracing

    /// Makes this the tracer of the process, unless the program brought one.
    static func bootstrap(_ tracing: IXTelemetry.Tracing) {
        guard InstrumentationSystem.instrument is NoOpInstrument else { return }
        InstrumentationSystem.bootstrap(JobTracer(tracing: tracing))
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> JobSpan {
        JobSpan(operationName, kind, below: context(), since: instant().nanosecondsSinceEpoch, tracing)
    }

    func activeSpan(identifiedBy context: ServiceContext) -> JobSpan? { nil }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
        let state = extractor.extract(key: "tracestate", from: carrier)
        context.place = TraceContext(parent: parent, state: state) ?? context.place
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let place = context.place else { return }
        injector.inject(place.traceparent, forKey: "traceparent", into: &carrier)
        if let state = place.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }
}

private enum PlaceKey: ServiceContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "ix-trace" }
}

extension ServiceContext {
    /// The place in a trace.
    var place: TraceContext? {
        get { self[PlaceKey.self] }
        set { self[PlaceKey.self] = newValue }
    }
}
