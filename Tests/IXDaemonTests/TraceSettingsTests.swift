import FoundationEssentials
import IXConfig
import IXCore
import Testing

@testable import IXDaemon

/// Where spans go, by the keys and by OpenTelemetry's variables.
@Suite struct TraceSettingsTests {
    private static func settings(
        _ variables: [String: String], ratio: String = ""
    ) throws -> TraceSettings? {
        let configuration = try Configuration.load(
            environment: ["HOME": "/nonexistent"],
            overrides: [("traces.endpoint", "http://127.0.0.1:4318"), ("traces.ratio", ratio)],
            standardFile: "/nonexistent/ix-worker.toml")
        return try TraceSettings(configuration.traces, variables, version: "1", instance: "i")
    }

    @Test(arguments: [
        ("", "", 0.1, true), ("", "0.5", 0.5, true), ("always_on", "", 1.0, false),
        ("parentbased_always_off", "", 0.0, true), ("traceidratio", "0.25", 0.25, false),
        ("parentbased_traceidratio", "", 1.0, true),
    ])
    func `OTEL_TRACES_SAMPLER is heeded`(
        _ sampler: String, _ argument: String, _ ratio: Double, _ follows: Bool
    ) throws {
        let found = try #require(
            try Self.settings(["OTEL_TRACES_SAMPLER": sampler, "OTEL_TRACES_SAMPLER_ARG": argument]))
        #expect(found.ratio == ratio && found.followsCaller == follows)
    }

    @Test func `the key comes before the variable`() throws {
        let found = try #require(try Self.settings(["OTEL_TRACES_SAMPLER_ARG": "0.5"], ratio: "0.75"))
        #expect(found.ratio == 0.75)
    }

    @Test(arguments: [
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ])
    func `a variable that can't be meant is refused by its name`(_ name: String, _ value: String) throws {
        let error = #expect(throws: InvalidInput.self) { try Self.settings([name: value]) }
        #expect(error?.field == name)
    }

    @Test func `OTEL_SDK_DISABLED switches spans off`() throws {
        #expect(try Self.settings(["OTEL_SDK_DISABLED": "true"]) == nil)
    }
}
