/// What a producer wrote down: before it sent a job (`jobID` nil), and once it was told that the job is in.
package struct Enqueue: Codable, Sendable, Equatable {
    package var at: Double
    package var clientID: String
    package var requestID: String
    package var jobID: String?

    package init(at: Double, clientID: String, requestID: String, jobID: String? = nil) {
        (self.at, self.clientID, self.requestID, self.jobID) = (at, clientID, requestID, jobID)
    }
}

/// What a pipeline's program wrote down as it began.
package struct Start: Codable, Sendable, Equatable {
    package var at: Double
    package var jobID: String
    /// Counted from 1.
    package var attempt: Int
}

/// What the caller's receiver wrote down of a callback.
package struct Delivery: Codable, Sendable, Equatable {
    package var at: Double
    package var ixID: String
    package var body: String
}

/// What was done to the daemons, by whoever did it.
package struct Fault: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// kill -9; the same instance was started again at once.
        case kill
        /// kill -9 of a daemon whose host stays away for longer than its lease.
        case loss
        /// SIGSTOP for longer than the lease.
        case pause
        /// Connections cut, or gone deaf.
        case cut
        /// The server crashed and came back.
        case restart
        case failover
        /// TERM at a random moment.
        case term
        case cancel
        /// The server was away for longer than a lease.
        case outage
        /// kill -9 of a daemon some times in a row.
        case crashes
        /// Another program's migration of the live table.
        case ddl
        /// The daemons' role lacked a right for a moment.
        case revoke
        /// kill -9 of a daemon because it runs a poisonous job.
        case poison
        /// The server's clock was set.
        case clock
    }

    package var at: Double
    package var kind: Kind
    /// The daemon it was done to, by its worker id.
    package var workerID: String?
    /// A cancel that was acknowledged: of this job, with this answer.
    package var jobID: String?
    package var answer: String?
    /// Seconds a stop took.
    package var took: Double?

    package init(
        at: Double, _ kind: Kind, workerID: String? = nil, jobID: String? = nil, answer: String? = nil,
        took: Double? = nil
    ) {
        (self.at, self.kind, self.workerID) = (at, kind, workerID)
        (self.jobID, self.answer, self.took) = (jobID, answer, took)
    }
}
