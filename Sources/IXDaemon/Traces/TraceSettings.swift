import IXConfig
import IXCore
import IXTelemetry

/// `TraceSettings` say where spans go: the keys of `[traces]`, and OpenTelemetry's own variables where a key is not set.
struct TraceSettings: Sendable {
    let endpoint: String
    let headers: [(name: String, value: String)]
    let timeout: Duration
    let ratio: Double
    /// True when the caller of a job decides whether its trace is kept.
    let followsCaller: Bool
    /// What is told of the process, in the order of the protocol.
    let resource: [(String, Span.Value)]

    /// Creates the settings; nil without an endpoint. Failure: `InvalidInput` names the key or the variable.
    init?(
        _ traces: Configuration.Traces, _ environment: [String: String], version: String, instance: String
    ) throws(InvalidInput) {
        let given = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard given("OTEL_SDK_DISABLED")?.lowercased() != "true" else { return nil }
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
        headers = Self.pairs(
            traces.headers.isEmpty ? given("OTEL_EXPORTER_OTLP_HEADERS") ?? "" : traces.headers.text)
        let milliseconds = try Self.number(given, "OTEL_EXPORTER_OTLP_TIMEOUT", 1...60_000) ?? 10_000
        timeout = .milliseconds(Int(milliseconds))
        let argument = try Self.number(given, "OTEL_TRACES_SAMPLER_ARG", 0...1)
        let sampler = try Self.sampler(given("OTEL_TRACES_SAMPLER"), argument)
        ratio = traces.ratio ?? sampler.ratio
        followsCaller = sampler.followsCaller
        let name = given("OTEL_SERVICE_NAME") ?? "ix-worker"
        resource =
            [
                ("service.name", .text(name)), ("service.version", .text(version)),
                ("service.instance.id", .text(instance)),
            ] + Self.pairs(given("OTEL_RESOURCE_ATTRIBUTES") ?? "").map { ($0.name, .text($0.value)) }
    }

    /// Returns the meaning of `OTEL_TRACES_SAMPLER`. Without the variable callers are followed.
    private static func sampler(
        _ name: String?, _ argument: Double?
    ) throws(InvalidInput) -> (ratio: Double, followsCaller: Bool) {
        guard let name else { return (argument ?? 0.1, true) }
        let prefix = "parentbased_"
        let follows = name.hasPrefix(prefix)
        switch follows ? String(name.dropFirst(prefix.count)) : name {
        case "always_on": return (1, follows)
        case "always_off": return (0, follows)
        case "traceidratio": return (argument ?? 1, follows)
        default:
            throw InvalidInput(
                "OTEL_TRACES_SAMPLER", "is always_on, always_off or traceidratio, or one of these behind parentbased_")
        }
    }

    private static func number(
        _ given: (String) -> String?, _ name: String, _ range: ClosedRange<Double>
    ) throws(InvalidInput) -> Double? {
        guard let text = given(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw InvalidInput(name, "is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
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

extension TraceSettings {
    /// Returns what keeps the spans of a process with this configuration.
    func tracing(of configuration: Configuration) -> Tracing {
        Tracing(
            ratio: ratio, followsCaller: followsCaller,
            database: configuration.store == .postgres ? "postgresql" : "sqlite")
    }
}
