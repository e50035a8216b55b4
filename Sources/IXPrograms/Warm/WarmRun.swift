internal import IXCore
internal import IXPipelines

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
