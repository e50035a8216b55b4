package import IXCore
package import IXPipelines

/// One line from a warm process.
package enum WarmLine: Equatable {
    /// `{"ready":{"protocol":2}}`
    case ready(version: Int)
    /// `{"progress":0.4,"message":"page 2 of 5","job_id":…,"attempt":…}`
    case progress(WarmRun, PipelineContext.Progress)
    /// `{"log":"text","job_id":…,"attempt":…}`
    case log(WarmRun, String)
    /// `{"done":{"job_id":…,"attempt":…,"response":{…}}}`; `"last":true` says that the process leaves, in every answer.
    case done(WarmRun, response: JSONFragment?, isLast: Bool = false)
    /// `{"retry":{"job_id":…,"attempt":…,"after":30,"message":"…"}}`
    case retry(WarmRun, after: Duration?, message: String?, isLast: Bool = false)
    /// `{"discard":{"job_id":…,"attempt":…,"code":"…","message":"…"}}`
    case discard(WarmRun, code: String?, message: String?, isLast: Bool = false)
    /// A `done`, `retry` or `discard` line that can't be read, for example because the line holds NaN. The line still
    /// ends its job.
    case unusable(WarmRun, reason: String, text: String)

    /// Maximum length of a line in bytes: a response and 64 KiB around the response.
    package static let limit = Limits.responseBytes + 64 << 10

    /// Returns nil for a line of another form.
    package init?(_ bytes: [UInt8]) {
        let line: JSONDocument
        do throws(InvalidInput) {
            line = try JSONDocument(bytes, field: "line", limit: Self.limit, nesting: Limits.nesting + 2)
        } catch {
            guard let answer = Self.unread(bytes, error.reason) else { return nil }
            self = answer
            return
        }
        guard let found = Self.answer(line, bytes) ?? Self.news(line) else { return nil }
        self = found
    }

    private static let answers = ["done", "retry", "discard"]

    private static func answer(_ line: JSONDocument, _ bytes: [UInt8]) -> WarmLine? {
        for name in answers {
            guard let member = line[name] else { continue }
            guard let body = member.wideObject else {
                return unusable(WarmRun(jobID: nil), "\(name) is not a JSON object", bytes)
            }
            guard body["job_id"]?.string != nil else {
                return unusable(WarmRun(body), "\(name) names no job_id", bytes)
            }
            let (run, message, isLast) = (WarmRun(body), body["message"]?.string, body["last"]?.text == "true")
            switch name {
            case "done": return .done(run, response: body["response"], isLast: isLast)
            case "retry":
                let wait = body["after"]?.number.map { min(max($0, 0), PipelineLimits.longestRetry) }
                return .retry(run, after: wait.map { .seconds($0) }, message: message, isLast: isLast)
            default: return .discard(run, code: body["code"]?.string, message: message, isLast: isLast)
            }
        }
        return nil
    }

    /// Returns an unreadable line as `.unusable` when the line begins like an answer. The run is read from the
    /// beginning of the line as far as possible.
    private static func unread(_ bytes: [UInt8], _ reason: String) -> WarmLine? {
        // By bytes: a character may join what follows a quote or a colon.
        let head = bytes.prefix(512).filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        guard answers.contains(where: { head.starts(with: "{\"\($0)\":".utf8) }) else { return nil }
        let names = head[..<(head.firstRange(of: "\"response\":".utf8)?.lowerBound ?? head.endIndex)]
        let jobID = names.firstRange(of: "\"job_id\":\"".utf8).map { found in
            String(decoding: names[found.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        }
        let attempt = names.firstRange(of: "\"attempt\":".utf8).flatMap { found in
            let digits = names[found.upperBound...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return unusable(WarmRun(jobID: jobID, attempt: attempt), reason, bytes)
    }

    private static func unusable(_ run: WarmRun, _ reason: String, _ bytes: [UInt8]) -> WarmLine {
        .unusable(run, reason: reason, text: SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes))
    }

    private static func news(_ line: JSONDocument) -> WarmLine? {
        if let ready = line["ready"]?.object, let version = ready["protocol"]?.number {
            return .ready(version: Int(exactly: version) ?? 0)
        }
        if let text = line["log"]?.string { return .log(WarmRun(line), text) }
        let fraction = line["progress"]?.number.map { min(max($0, 0), 1) }
        guard line["progress"] != nil else { return nil }
        return .progress(
            WarmRun(line), PipelineContext.Progress(fraction: fraction, message: line["message"]?.string))
    }
}

extension JSONFragment {
    /// The fragment as an object, with the limits of a whole response; nil when the fragment is no object.
    fileprivate var wideObject: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: WarmLine.limit, nesting: Limits.nesting + 1)
    }
}
