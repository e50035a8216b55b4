internal import IXCore

/// The members of a request's `options` that the built-ins read.
struct BuiltinOptions {
    private static let longest = 365 * 86_400.0

    private let options: JSONDocument?

    init(_ request: RequestIX) { options = request.document["options"]?.object }

    /// `options.seconds`; nil when it is no number, or a negative one.
    func seconds(default missing: Double) -> Duration? {
        guard let value = options?["seconds"] else { return .seconds(missing) }
        guard let seconds = value.number, seconds >= 0 else { return nil }
        return .seconds(min(seconds, Self.longest))
    }

    /// `options.outcome`; nil when it is no text.
    func outcome(default missing: String) -> String? {
        guard let value = options?["outcome"] else { return missing }
        return value.string
    }

    /// What ends a job whose options make no sense.
    static func refusal(_ message: String) -> PipelineReport {
        PipelineReport(.discard(JobError("bad_options", message)))
    }
}
