public import IXCore

/// Answers with the request's `context`: for trying things out, and the no-op that benchmarks measure the engine with.
public struct EchoPipeline: PipelineRunner {
    public init() {}

    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        PipelineReport(.complete(Self.response(to: request)))
    }

    /// `{"error":null,"context":…}`, without `context` when the request has none.
    static func response(to request: RequestIX) -> ResponseIX {
        ResponseIX(members: request.document["context"].map { [(key: "context", value: $0)] } ?? [])
    }
}
