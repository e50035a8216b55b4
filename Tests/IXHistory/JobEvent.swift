/// A change of a row of ix_jobs, recorded by the trigger in the changing transaction. The numbers give a job's events
/// in order, because the row was locked.
package struct JobEvent: Codable, Sendable, Equatable {
    /// The columns of a row which the rules need.
    package struct Row: Codable, Sendable, Equatable {
        /// The row's status.
        package var status: String
        /// The row's failed starts.
        package var attempts: Int
        /// The current claim; nil without a claim.
        package var claimID: String?
        /// The claim which ended the job; nil before the end, and for an end without a claim.
        package var finishedClaim: String?
        /// The id of the daemon which holds the job.
        package var daemonID: String?
        /// The callback's status; nil while the callback is open.
        package var callbackStatus: String?
        /// True when a cancel was requested.
        package var isCancelRequested: Bool
        /// The response as text; nil before the end.
        package var response: String?

        enum CodingKeys: String, CodingKey {
            case status, attempts, response
            case claimID = "claim_id"
            case finishedClaim = "finished_claim"
            case daemonID = "daemon_id"
            case callbackStatus = "callback_status"
            case isCancelRequested = "cancel_requested"
        }

        var hasEnded: Bool { status == "done" || status == "error" }
    }

    /// Number of the event; rises in the order of changes of a job.
    package var number: Int
    /// Seconds since 1970 at the write, by the clock of the database's host.
    package var at: Double
    /// The changed job.
    package var jobID: String
    /// The client of the job's key pair.
    package var clientID: String
    /// The request id of the job's key pair.
    package var requestID: String
    /// The job's tag.
    package var ixID: String
    /// True when the job has a callback URL; nil when the trigger doesn't record the URL.
    package var hasCallback: Bool?
    /// The row before the change; nil for an insert.
    package var old: Row?
    /// The row after the change; nil for a delete.
    package var new: Row?

    enum CodingKeys: String, CodingKey {
        case number, at, old, new
        case jobID = "job_id"
        case clientID = "client_id"
        case requestID = "request_id"
        case ixID = "ix_id"
        case hasCallback = "has_callback"
    }
}
