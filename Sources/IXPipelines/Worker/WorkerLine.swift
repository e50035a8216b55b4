internal import IXCore

/// `WorkerLine` is a parsed line from a warm process.
enum WorkerLine: Equatable {
    /// `{"ready":{"protocol":1}}`
    case ready(version: Int)
    /// `{"progress":0.4,"message":"page 2 of 5","job_id":…,"attempt":…}`
    case progress(WorkerRun, PipelineContext.Progress)
    /// `{"log":"text","job_id":…,"attempt":…}`
    case log(WorkerRun, String)
    /// `{"done":{"job_id":…,"attempt":…,"response":{…}}}`
    case done(WorkerRun, response: JSONFragment?)
    /// `{"retry":{"job_id":…,"attempt":…,"after":30,"message":"…"}}`
    case retry(WorkerRun, after: Duration?, message: String?)
    /// `{"discard":{"job_id":…,"attempt":…,"code":"…","message":"…"}}`
    case discard(WorkerRun, code: String?, message: String?)

    /// Maximum bytes of a line: the largest response, and 64 KiB for the members around the response.
    static let limit = Limits.responseBytes + 64 << 10

    /// Parses a line; nil when the line is no message of the protocol.
    init?(_ bytes: [UInt8]) {
        // ignored: a line without a JSON object is malformed, and the reason doesn't matter
        guard let line = try? JSONDocument(bytes, field: "line", limit: Self.limit, nesting: Limits.nesting + 2),
            let found = Self.answer(line) ?? Self.news(line)
        else { return nil }
        self = found
    }

    private static func answer(_ line: JSONDocument) -> WorkerLine? {
        for name in ["done", "retry", "discard"] {
            guard let body = line[name]?.wideObject, body["job_id"]?.string != nil else { continue }
            let (run, message) = (WorkerRun(body), body["message"]?.string)
            switch name {
            case "done": return .done(run, response: body["response"])
            case "retry":
                let wait = body["after"]?.number.map { min(max($0, 0), ExecLimits.longestRetry) }
                return .retry(run, after: wait.map { .seconds($0) }, message: message)
            default: return .discard(run, code: body["code"]?.string, message: message)
            }
        }
        return nil
    }

    private static func news(_ line: JSONDocument) -> WorkerLine? {
        if let ready = line["ready"]?.object, let version = ready["protocol"]?.number {
            return .ready(version: Int(exactly: version) ?? 0)
        }
        if let text = line["log"]?.string { return .log(WorkerRun(line), text) }
        let fraction = line["progress"]?.number.map { min(max($0, 0), 1) }
        guard line["progress"] != nil else { return nil }
        return .progress(
            WorkerRun(line), PipelineContext.Progress(fraction: fraction, message: line["message"]?.string))
    }
}

extension JSONFragment {
    /// The fragment as an object, with the limits of a whole response; nil when the fragment is no object.
    fileprivate var wideObject: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: WorkerLine.limit, nesting: Limits.nesting + 1)
    }
}
