internal import FoundationEssentials
internal import IXCore
internal import IXPipelines
internal import IXTelemetry
internal import Synchronization

/// `WarmJob` is a job that a warm process runs, until the job is answered.
final class WarmJob: Sendable {
    let jobID: String
    /// The attempt's number; the first is 1.
    let attempt: Int
    let context: PipelineContext
    private let request: RequestIX
    private let waiting = Mutex<CheckedContinuation<PipelineReport, Never>?>(nil)

    init(_ request: RequestIX, _ context: PipelineContext) {
        self.context = context
        self.request = request
        jobID = context.attempt.jobID.uuidString.lowercased()
        attempt = context.attempt.number
    }

    /// Returns the line that gives the job to the process, made when the process takes it: the deadline counts from
    /// then. `directory` is the job's own directory; nil without one.
    func line(directory: String?) -> [UInt8] {
        var job = [
            ("job_id", JSONPairs.literal(jobID)), ("ix_id", JSONPairs.literal(request.ixID)),
            ("use_case", JSONPairs.literal(request.useCase)), ("client_id", JSONPairs.literal(request.clientID)),
            ("request_id", JSONPairs.literal(request.requestID)), ("attempt", "\(attempt)"),
            ("max_attempts", "\(context.maxAttempts)"),
        ]
        job.append(("deadline", JSONPairs.literal(context.deadlineText())))
        job.append(("traceparent", JSONPairs.literal(context.trace)))
        if let state = context.traceState { job.append(("tracestate", JSONPairs.literal(state))) }
        if let directory { job.append(("directory", JSONPairs.literal(directory))) }
        let run = JSONPairs([("request", request.document.text), ("job", JSONPairs(job).text)]).text
        return Self.line("run", run)
    }

    /// Waits for the answer. `start` runs once an answer can be received, and gives the job to a process.
    func answer(after start: () -> Void) async -> PipelineReport {
        await withCheckedContinuation { continuation in
            waiting.withLock { $0 = continuation }
            start()
        }
    }

    /// Answers the job. Only the first answer counts; further answers are ignored.
    func answer(_ report: PipelineReport) {
        let waiting = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: report)
    }

    /// The line that cancels the run. The line names the attempt, so that a later attempt of the job isn't cancelled.
    var cancelLine: [UInt8] {
        Self.line("cancel", JSONPairs([("job_id", JSONPairs.literal(jobID)), ("attempt", "\(attempt)")]).text)
    }

    /// Returns a single line. In JSON a line end stands only between tokens, where a blank has the same meaning.
    private static func line(_ name: String, _ body: String) -> [UInt8] {
        var line = Array(JSONPairs([(name, body)]).text.utf8)
        for at in line.indices where line[at] == 0x0A || line[at] == 0x0D { line[at] = 0x20 }
        line.append(0x0A)
        return line
    }
}

/// `WarmRun` names the run of a warm process's line: a job and its attempt, because a job may come to one process
/// again. A line of an older client that names less refers to the current run.
package struct WarmRun: Equatable {
    let jobID: String?
    let attempt: Int?

    init(jobID: String?, attempt: Int? = nil) { (self.jobID, self.attempt) = (jobID, attempt) }

    /// Reads the run that `body` names. An attempt that isn't a whole number matches no run.
    init(_ body: JSONDocument) {
        jobID = body["job_id"]?.string
        attempt = body["attempt"].map { $0.number.flatMap { Int(exactly: $0) } ?? -1 }
    }

    /// Returns true when the line belongs to `job`. A part that the line doesn't name matches every job.
    func isOf(_ job: WarmJob) -> Bool {
        (jobID ?? job.jobID) == job.jobID && (attempt ?? job.attempt) == job.attempt
    }
}
