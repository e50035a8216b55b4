internal import IXCore

/// One line of the control file: `{"progress":0.4,"message":"page 2 of 5"}` or `{"retry_after":30}`, or both in one.
struct ControlLine: Equatable {
    let progress: PipelineContext.Progress?
    let retryAfter: Duration?

    /// Takes a line; nil when there is nothing in it for the daemon.
    init?(_ bytes: UnsafeRawBufferPointer) {
        // ignored: a line that is no object counts as rubbish, whatever is wrong with it
        guard let line = try? JSONDocument(bytes, field: "control", limit: ExecLimits.controlBytes) else { return nil }
        progress = Self.progress(in: line)
        retryAfter = line["retry_after"]?.number.map { .seconds(min(max($0, 0), ExecLimits.longestRetry)) }
        guard progress != nil || retryAfter != nil else { return nil }
    }

    private static func progress(in line: JSONDocument) -> PipelineContext.Progress? {
        let fraction = line["progress"]?.number.map { min(max($0, 0), 1) }
        let message = line["message"]?.string
        guard fraction != nil || message != nil else { return nil }
        return PipelineContext.Progress(fraction: fraction, message: message)
    }
}
