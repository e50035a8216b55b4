internal import IXCore
internal import IXPipelines

/// `ControlLine` is a line of the control file: `{"progress":0.4,"message":"page 2 of 5"}`, `{"retry_after":30}`, or
/// both in a single object.
struct ControlLine: Equatable {
    let progress: PipelineContext.Progress?
    let retryAfter: Duration?

    /// Parses a line; nil when the line holds neither progress nor `retry_after`.
    init?(_ bytes: UnsafeRawBufferPointer) {
        // ignored: a line without a JSON object is malformed, and the reason doesn't matter
        guard let line = try? JSONDocument(bytes, field: "control", limit: PipelineLimits.controlBytes) else {
            return nil
        }
        progress = Self.progress(in: line)
        retryAfter = line["retry_after"]?.number.map { .seconds(min(max($0, 0), PipelineLimits.longestRetry)) }
        guard progress != nil || retryAfter != nil else { return nil }
    }

    private static func progress(in line: JSONDocument) -> PipelineContext.Progress? {
        let fraction = line["progress"]?.number.map { min(max($0, 0), 1) }
        let message = line["message"]?.string
        guard fraction != nil || message != nil else { return nil }
        return PipelineContext.Progress(fraction: fraction, message: message)
    }
}
