public import IXCore

/// `SleepPipeline` waits `options.seconds` (1 when absent), then answers as `echo`.
public struct SleepPipeline: PipelineRunner {
    /// Creates the pipeline, which has no settings.
    public init() {}

    /// Waits and answers. Returns `cancelled` at once when the task is cancelled.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard let wait = BuiltinOptions(request).seconds(default: 1) else {
            return BuiltinOptions.refusal("options.seconds must be a number, 0 or more")
        }
        do {
            try await Task.sleep(for: wait)
        } catch {
            return PipelineReport(.cancelled)
        }
        return PipelineReport(.complete(EchoPipeline.response(to: request)))
    }
}
