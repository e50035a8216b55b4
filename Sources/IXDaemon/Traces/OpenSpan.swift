import Tracing

// In a file of its own: beside IXTelemetry's `Span` the name of the protocol is ambiguous.

/// `OpenSpan` is the protocol of spans of swift-distributed-tracing.
typealias OpenSpan = Span
