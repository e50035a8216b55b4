import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A job's text for people: the row, its attempts and the current progress.
struct JobText {
    private let job: Job
    private let attempts: [AttemptRecord]

    private let progress: Progress?
    private let line: LineState?
    private let traceLink: TraceLink
    private let clock: ClockText

    /// Creates the text.
    init(
        _ job: Job, attempts: [AttemptRecord], progress: Progress? = nil, line: LineState? = nil,
        traceLink: TraceLink = TraceLink(nil), clock: ClockText = ClockText()
    ) {
        self.progress = progress
        self.line = line
        self.clock = clock
        self.traceLink = traceLink
        self.job = job
        self.attempts = attempts
    }

    var text: String {
        let head = "job \(job.jobID.uuidString.lowercased())  \(job.status.rawValue)"
        let facts = rows.compactMap { name, value in value.map { "  \(Self.padded(name))\(PrintedText.safe($0))" } }
        return ([head] + facts + attempts.flatMap(lines) + running).joined(separator: "\n")
    }

    private var rows: [(String, String?)] {
        [
            ("ix_id", job.ixID), ("client", job.clientID), ("request", job.requestID), ("use case", job.useCase),
            ("created", clock.text(job.createdAt)), ("run at", job.runAt.map(clock.text)),
            ("started", job.startedAt.map(clock.text)), ("finished", job.finishedAt.map(clock.text)),
            ("expires", job.expiresAt.map(clock.text)),
            ("cancel", job.cancelRequestedAt.map { "requested at \(clock.text($0))" }),
            ("queue", job.queue), ("group", job.groupKey),
            ("batch", job.batchID.map { $0.uuidString.lowercased() }),
            ("priority", job.priority == 0 ? nil : "\(job.priority)"), ("waits", line?.reason),
            ("again of", job.resubmitOf.map { $0.uuidString.lowercased() }),
            ("attempts", starts + final),
            (
                "callback",
                job.callbackURL.map { "\(PrintedURL.shown($0)) (\(job.callbackStatus?.rawValue ?? "not yet"))" }
            ),
            ("trace", traceLink.page(of: job) ?? traceLink.traceID(of: job)), ("response", job.response),
        ]
    }

    /// The failed starts and the allowed ones. Starts at no cost raise both numbers of the row, and are told apart.
    private var starts: String {
        let free = min(attempts.filter { !$0.note.usesUpStart }.reduce(0) { $0 + $1.starts }, job.attempts)
        let most = job.maxAttempts == 0 ? ", no limit" : " of \(max(job.maxAttempts - free, 0))"
        return "\(job.attempts - free) failed\(most)" + (free == 0 ? "" : ", \(free) more at no cost")
    }

    /// Says of a job that ended with starts left why no other start came; empty for any other job.
    private var final: String {
        guard job.status == .error, job.startedAt != nil, job.maxAttempts == 0 || job.attempts + 1 < job.maxAttempts,
            let code = JobRecord(job, attempts: []).errorCode, !Self.endings.contains(code)
        else { return "" }
        return "; the error is final, because the pipeline's retry_on doesn't name \(code)"
    }

    /// Errors that no retry policy covers.
    private static let endings: Set<String> = [
        "cancelled", "attempts_exhausted", "expired", "bad_request", "unknown_use_case", "superseded",
        "dependency_failed",
    ]

    private func lines(of record: AttemptRecord) -> [String] {
        let exit = record.note.exitStatus.map { ", \($0)" } ?? ""
        let daemon = record.daemonID.map { " on daemon \($0.uuidString.lowercased().prefix(8))" } ?? ""
        let start = record.startedAt.map { ", started \(clock.plain($0))" } ?? ""
        let first = record.attempt - record.starts + 1
        let number = record.starts > 1 ? "attempts \(first) to \(record.attempt)" : "attempt \(record.attempt)"
        let head =
            "  \(number)\(daemon): \(record.note.outcome)\(exit)\(start), ended \(clock.plain(record.endedAt))"
        let log = record.note.logTail.split(separator: "\n").suffix(20)
        return ([head] + log.map { "    | \($0)" }).map { PrintedText.safe($0) }
    }

    private var running: [String] {
        guard job.status == .running, let start = job.startedAt else { return [] }
        let daemon = job.daemonID.map { " on daemon \($0.uuidString.lowercased().prefix(8))" } ?? ""
        let line = progress.map { ["    " + ScreenText(ProgressBar.line("", $0)).text] } ?? []
        return ["  attempt \(job.attempts + 1)\(daemon): runs since \(clock.text(start))"] + line
    }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(1, 10 - name.count))
    }
}
