import IXConfig
import IXCore
import IXTelemetry

/// `TraceSettings` say where spans go: the keys of `[traces]`, and OpenTelemetry's own variables where a key is not set.
struct TraceSettings: Sendable {
    let endpoint: String
    let headers: [(name: String, value: String)]
    let timeout: Duration
    let ratio: Double
    /// What is told of the process, in the order of the protocol.
    let resource: [(String, Span.Value)]

    /// Creates the settings; nil without an endpoint. Failure: `InvalidInput` names the key or the variable.
    init?(
        _ traces: Configuration.Traces, _ environment: [String: String], version: String, instance: String
    ) throws(InvalidInput) {
        let given = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let base = given("OTEL_EXPORTER_OTLP_ENDPOINT").map { Self.path(below: $0) }
        guard
            let endpoint = traces.endpoint.map({ Self.path(below: $0) })
                ?? given("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? base
        else { return nil }
        try Keys.validatedURL(endpoint, field: "traces.endpoint")
        self.endpoint = endpoint
        if let name = given("OTEL_EXPORTER_OTLP_PROTOCOL"), name != "http/json" {
            throw InvalidInput("OTEL_EXPORTER_OTLP_PROTOCOL", "is http/json, the only protocol of ix-worker")
        }
        headers = Self.pairs(given("OTEL_EXPORTER_OTLP_HEADERS") ?? "")
        let milliseconds = given("OTEL_EXPORTER_OTLP_TIMEOUT").flatMap { Int($0) } ?? 10_000
        timeout = .milliseconds(min(max(milliseconds, 1), 60_000))
        let sampler = given("OTEL_TRACES_SAMPLER_ARG").flatMap { Double($0) }
        ratio = min(max(traces.ratio ?? sampler ?? 0.1, 0), 1)
        let name = given("OTEL_SERVICE_NAME") ?? "ix-worker"
        resource =
            [
                ("service.name", .text(name)), ("service.version", .text(version)),
                ("service.instance.id", .text(instance)),
            ] + Self.pairs(given("OTEL_RESOURCE_ATTRIBUTES") ?? "").map { ($0.name, .text($0.value)) }
    }

    private static func path(below base: String) -> String {
        base.hasSuffix("/v1/traces") ? base : base + (base.hasSuffix("/") ? "v1/traces" : "/v1/traces")
    }

    /// Reads `name=value,name=value`.
    private static func pairs(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: ",").compactMap { pair in
            guard let cut = pair.firstIndex(of: "="), cut > pair.startIndex else { return nil }
            let trimmed = { (part: Substring) in String(part.drop { $0 == " " }) }
            return (trimmed(pair[..<cut]), trimmed(pair[pair.index(after: cut)...]))
        }
    }
}
