public import IXCore

/// `EchoPipeline` answers with the request's `context`. The pipeline serves for trials, and as the no-op of the
/// engine's benchmarks.
public struct EchoPipeline: PipelineRunner {
    /// Creates the pipeline, which has no settings.
    public init() {}

    /// Returns the response at once.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        PipelineReport(.complete(Self.response(to: request)))
    }

    /// Returns `{"error":null,"context":…}`, without `context` when the request has none.
    static func response(to request: RequestIX) -> ResponseIX {
        ResponseIX(members: request.document["context"].map { [(key: "context", value: $0)] } ?? [])
    }
}
