/// A producer's record of an enqueue: before the call (`jobID` nil), and again after the acknowledgement.
package struct Enqueue: Codable, Sendable, Equatable {
    /// Seconds since 1970, by the producer's clock.
    package var at: Double
    /// The client of the job's key pair.
    package var clientID: String
    /// The request id of the job's key pair.
    package var requestID: String
    /// The acknowledged job; nil before the call.
    package var jobID: String?

    /// Creates a record.
    package init(at: Double, clientID: String, requestID: String, jobID: String? = nil) {
        (self.at, self.clientID, self.requestID, self.jobID) = (at, clientID, requestID, jobID)
    }
}

/// The record which a pipeline's program writes at its start.
package struct Start: Codable, Sendable, Equatable {
    /// Seconds since 1970, by the program's clock.
    package var at: Double
    /// The started job.
    package var jobID: String
    /// Number of the attempt, counted from 1.
    package var attempt: Int
}

/// The receiver's record of a callback.
package struct Delivery: Codable, Sendable, Equatable {
    /// Seconds since 1970, by the receiver's clock.
    package var at: Double
    /// The job's tag from the callback's body.
    package var ixID: String
    /// The callback's body, unchanged.
    package var body: String
}

/// A fault which the test injected, or a cancel.
package struct Fault: Codable, Sendable, Equatable {
    /// Kind of the fault.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// kill -9 of a daemon; the instance starts again at once.
        case kill
        /// kill -9 of a daemon whose host stays away longer than its lease.
        case loss
        /// SIGSTOP for longer than the lease.
        case pause
        /// Connections cut, or no longer forwarded.
        case cut
        /// The server crashed and came back.
        case restart
        case failover
        /// TERM at a random moment.
        case term
        case cancel
        /// The server was away longer than a lease.
        case outage
        /// kill -9 of a daemon several times in a row.
        case crashes
        /// Another program's migration of the live table.
        case ddl
        /// The daemons' role lost a right for a moment.
        case revoke
        /// kill -9 of a daemon because the daemon runs a poisonous job.
        case poison
        /// The server's clock was set.
        case clock
        /// The clock of a daemon's host was set.
        case hostClock = "host-clock"
    }

    /// Seconds since 1970, by the test's clock.
    package var at: Double
    /// Kind of the fault.
    package var kind: Kind
    /// The id of the daemon which the fault hit; nil for faults of the server.
    package var daemonID: String?
    /// The job of an acknowledged cancel.
    package var jobID: String?
    /// The store's answer to the cancel.
    package var answer: String?
    /// Duration of a stop in seconds.
    package var took: Double?

    /// Creates a record.
    package init(
        at: Double, _ kind: Kind, daemonID: String? = nil, jobID: String? = nil, answer: String? = nil,
        took: Double? = nil
    ) {
        (self.at, self.kind, self.daemonID) = (at, kind, daemonID)
        (self.jobID, self.answer, self.took) = (jobID, answer, took)
    }
}
