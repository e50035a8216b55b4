internal import FoundationEssentials
internal import IXCore
internal import IXPipelines

/// `HTTPAnswer` turns a service's answer into the outcome of the job.
///
/// | status | outcome | code of the error |
/// |---|---|---|
/// | 2xx with an object | complete | the response's own |
/// | 2xx without an object | discard | `bad_output` |
/// | 429, 503 with `Retry-After` | retry at no cost; the pipeline gets no jobs for so long | as below |
/// | 408, 425, 429 | retry | `pipeline_retry` |
/// | 5xx | retry, and the breaker counts it | `pipeline_unavailable` |
/// | 3xx, every further 4xx | discard | `pipeline_discarded` |
struct HTTPAnswer {
    private static let pauses = 1.0...86_400.0

    let status: UInt
    let retryAfter: String?
    /// The body's bytes, up to the limit of a response.
    let body: [UInt8]
    let overflowed: Bool

    /// Returns the report by the table above; `now` is the time that a date in `Retry-After` is counted from.
    func report(_ settings: HTTPSettings, now: Date) -> PipelineReport {
        switch status {
        case 200..<300: PipelineReport(completed(settings))
        case 429 where pause(now) != nil, 503 where pause(now) != nil: held(pause(now))
        case 408, 425, 429: PipelineReport(.retry(after: pause(now), error(PipelineCode.retry)))
        case 500...:
            PipelineReport(
                .retry(after: pause(now), error(PipelineCode.unavailable)),
                fault: PipelineFault("status \(status)", isUnstarted: false))
        default: PipelineReport(.discard(error(PipelineCode.discarded)))
        }
    }

    /// The service says when it takes jobs again. Other jobs wait too, because each would get an equal answer.
    private func held(_ pause: Duration?) -> PipelineReport {
        let code = status == 429 ? PipelineCode.retry : PipelineCode.unavailable
        let reason = "status \(status), Retry-After \(pause?.decimalSeconds ?? "") s"
        return PipelineReport(
            .retry(after: pause, error(code)), fault: PipelineFault(reason, isUnstarted: true, hold: pause))
    }

    private func completed(_ settings: HTTPSettings) -> Outcome {
        guard !overflowed else {
            return .discard(
                JobError(
                    PipelineCode.outputTooLarge, "the service answered with more than \(Limits.responseBytes) bytes"))
        }
        do {
            let document = try JSONDocument(body, field: "response", limit: Limits.responseBytes)
            guard let member = settings.responseMember else { return .complete(try ResponseIX(document)) }
            let wrapped = try JSONDocument(response: JSONPairs([("error", "null"), (member, document.text)]).text)
            return .complete(try ResponseIX(wrapped))
        } catch {
            let detail = body.isEmpty ? nil : SafeText.snippet(body, bytes: PipelineLimits.snippetBytes)
            return .discard(
                JobError(PipelineCode.badOutput, "the service's answer was refused: \(error)", detail: detail))
        }
    }

    private func error(_ code: String) -> JobError {
        let detail = body.isEmpty ? nil : SafeText.snippet(body, bytes: PipelineLimits.detailBytes)
        return JobError(code, "the service answered \(status)", detail: detail)
    }

    /// Returns the pause of `Retry-After` (seconds or a date), clamped to 1 s to 24 h; nil when the header is absent or
    /// invalid.
    private func pause(_ now: Date) -> Duration? {
        guard let text = retryAfter else { return nil }
        let seconds = Double(text) ?? Self.date(text)?.timeIntervalSince(now)
        guard let seconds, seconds.isFinite else { return nil }
        return .seconds(min(max(seconds, Self.pauses.lowerBound), Self.pauses.upperBound))
    }

    /// Returns the date in the form that RFC 9110 requires of servers: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == ":" })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 8, words[7] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = months.firstIndex(of: String(words[2])), let hour = Int(words[4]),
            let minute = Int(words[5]), let second = Int(words[6])
        else { return nil }
        let text = String(year) + "-" + two(month + 1) + "-" + two(day) + "T" + two(hour) + ":" + two(minute) + ":"
        // ignored: an invalid date sets no pause
        return try? Date(text + two(second) + "Z", strategy: Date.ISO8601FormatStyle())
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
