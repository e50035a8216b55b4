/// One change of a row of ix_jobs, as a trigger wrote it down in the same transaction. A job's events are in the order of
/// their numbers, since its row was locked.
package struct JobEvent: Codable, Sendable, Equatable {
    /// What of a row the rules are about.
    package struct Row: Codable, Sendable, Equatable {
        package var status: String
        package var attempts: Int
        package var claimID: String?
        package var finishedClaim: String?
        package var workerID: String?
        package var callbackStatus: String?
        package var isCancelRequested: Bool
        package var response: String?

        enum CodingKeys: String, CodingKey {
            case status, attempts, response
            case claimID = "claim_id"
            case finishedClaim = "finished_claim"
            case workerID = "worker_id"
            case callbackStatus = "callback_status"
            case isCancelRequested = "cancel_requested"
        }

        var hasEnded: Bool { status == "done" || status == "error" }
    }

    package var number: Int
    /// Seconds since 1970, by the clock of the database's host as the write was made.
    package var at: Double
    package var jobID: String
    package var clientID: String
    package var requestID: String
    package var ixID: String
    /// Whether its caller asked to be told; nil where the trigger doesn't say.
    package var hasCallback: Bool?
    /// Nil: the row was inserted.
    package var old: Row?
    /// Nil: the row was deleted.
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
