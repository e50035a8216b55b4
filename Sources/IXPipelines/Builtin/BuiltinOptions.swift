internal import IXCore

/// `BuiltinOptions` reads the members of a request's `options` that the built-in pipelines use.
struct BuiltinOptions {
    private static let longest = 365 * 86_400.0

    private let options: JSONDocument?

    init(_ request: RequestIX) { options = request.document["options"]?.object }

    /// Returns `options.seconds`, at most 365 days; `missing` when the member is absent, nil when it is negative or no
    /// number.
    func seconds(default missing: Double) -> Duration? {
        guard let value = options?["seconds"] else { return .seconds(missing) }
        guard let seconds = value.number, seconds >= 0 else { return nil }
        return .seconds(min(seconds, Self.longest))
    }

    /// Returns `options.outcome`; `missing` when the member is absent, nil when it is no text.
    func outcome(default missing: String) -> String? {
        guard let value = options?["outcome"] else { return missing }
        return value.string
    }

    /// Returns the report that ends a job with invalid options, code `bad_options`.
    static func refusal(_ message: String) -> PipelineReport {
        PipelineReport(.discard(JobError("bad_options", message)))
    }
}
