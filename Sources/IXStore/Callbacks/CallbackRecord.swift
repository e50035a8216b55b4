package import FoundationEssentials
package import IXCore

/// A row of the outbox, as shown to a reader.
package struct CallbackRecord: Sendable, Equatable {
    /// State of the callback; a claimed callback is still `due`.
    package enum State: String, Sendable, CaseIterable {
        case due, delivered, failed
    }

    /// Key of the ended job.
    package let jobID: UUID
    /// The client of the job.
    package let clientID: String
    /// The callback URL as the producer gave it; may contain credentials.
    package let url: String
    /// Scheme, host and port of the URL, in lower case.
    package let endpoint: String
    /// Status in which the job ended.
    package let status: JobStatus
    /// State of the callback.
    package let state: State
    /// Number of tries so far.
    package let tries: Int
    /// True while a daemon has claimed the callback.
    package let isSending: Bool
    /// Seconds until the next try, or until the end of the lease while `isSending`; nil once the callback is delivered
    /// or failed. Negative when overdue.
    package let dueIn: Double?
    /// Time of the next try, or of the end of the lease while `isSending` (ISO 8601, UTC).
    package let dueAt: String?
    /// Time of the job's end (ISO 8601, UTC).
    package let endedAt: String
    /// Time at which the callback was delivered or failed (ISO 8601, UTC); nil while due.
    package let settledAt: String?

    /// Creates the record from its columns.
    package init(
        jobID: UUID, clientID: String, url: String, endpoint: String, status: JobStatus, state: State, tries: Int,
        isSending: Bool, dueIn: Double?, dueAt: String?, endedAt: String, settledAt: String?
    ) {
        self.jobID = jobID
        self.clientID = clientID
        self.url = url
        self.endpoint = endpoint
        self.status = status
        self.state = state
        self.tries = tries
        self.isSending = isSending
        self.dueIn = dueIn
        self.dueAt = dueAt
        self.endedAt = endedAt
        self.settledAt = settledAt
    }
}

extension CallbackRecord {
    /// The position to pass to `callbacks` for the page behind this callback.
    package var position: CallbackPosition {
        CallbackPosition(state: state, at: (state == .due ? dueAt : settledAt) ?? endedAt, jobID: jobID)
    }
}

/// The position of a callback in the list of callbacks: due ones by their time, then failed and delivered ones, newest
/// first.
package struct CallbackPosition: Sendable, Equatable {
    package let state: CallbackRecord.State
    /// Time of the next try, or of the result, as the store writes times.
    package let at: String
    package let jobID: UUID

    package init(state: CallbackRecord.State, at: String, jobID: UUID) {
        self.state = state
        self.at = at
        self.jobID = jobID
    }

    /// Reads the text of `cursor`; nil when the text is not a cursor.
    package init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, let state = CallbackRecord.State(rawValue: String(parts[0])),
            TimeText.isTime(parts[1]), let jobID = UUID(uuidString: String(parts[2]))
        else { return nil }
        self.init(state: state, at: String(parts[1]), jobID: jobID)
    }

    /// The position as one word for a command line or a URL.
    package var cursor: String { "\(state.rawValue)_\(at)_\(jobID.uuidString.lowercased())" }
}

/// The callbacks of one endpoint that are not delivered.
package struct EndpointCounts: Sendable, Equatable {
    /// Scheme, host and port of the URL, in lower case.
    package let endpoint: String
    /// Callbacks due now or later.
    package let due: Int
    /// The part of `due` with at least one failed try.
    package let retrying: Int
    /// Callbacks given up.
    package let failed: Int
    /// The live daemons that send nothing to the endpoint for now, because its tries failed.
    package let closedBy: [UUID]

    package init(endpoint: String, due: Int, retrying: Int, failed: Int, closedBy: [UUID] = []) {
        self.endpoint = endpoint
        self.due = due
        self.retrying = retrying
        self.failed = failed
        self.closedBy = closedBy
    }

    /// Returns the daemons of a JSON array of their ids. A text that is no id is left out.
    package static func daemons(_ json: String?) -> [UUID] {
        guard let json else { return [] }
        // ignored: the array is the store's own, and an endpoint without it is still listed
        let document = try? JSONDocument(response: "{\"closed\":\(json)}")
        return (document?["closed"]?.elements ?? []).compactMap { $0.string.flatMap(UUID.init(uuidString:)) }
    }
}

/// Selects callbacks; a nil field excludes nothing.
package struct CallbackFilter: Sendable, Equatable {
    /// The states to include; an empty set selects nothing.
    package var states: Set<CallbackRecord.State>
    /// The client to include; nil means all.
    package var clientID: String?
    /// Beginning of the endpoint, such as `https://shop.example`, in any case; nil means all.
    package var endpoint: String?
    /// The callback behind which the list begins; nil begins at the first. A callback that was tried in between may
    /// have moved.
    package var after: CallbackPosition?

    /// Creates a filter for callbacks in these states.
    package init(states: Set<CallbackRecord.State>, clientID: String? = nil, endpoint: String? = nil) {
        self.states = states
        self.clientID = clientID
        self.endpoint = endpoint
    }
}

/// A line of the delivery log: a single try.
package struct DeliveryRecord: Sendable, Equatable {
    /// Number of the try, from 1.
    package let number: Int
    /// The claim under which the try was made.
    package let claimID: UUID
    /// The daemon that made the try; nil when unknown.
    package let daemonID: UUID?
    /// End of the try by the store's clock (ISO 8601, UTC).
    package let endedAt: String
    /// Duration and answer of the try.
    package let report: DeliveryReport

    /// Creates the record from its columns.
    package init(number: Int, claimID: UUID, daemonID: UUID?, endedAt: String, report: DeliveryReport) {
        self.number = number
        self.claimID = claimID
        self.daemonID = daemonID
        self.endedAt = endedAt
        self.report = report
    }
}

/// The result of a request to deliver a callback again.
package struct Redelivery: Sendable, Equatable {
    /// The state found or made by the request.
    package enum Result: String, Sendable {
        case due
        /// A daemon has claimed the callback right now; nothing changed.
        case underWay = "under_way"
        /// The job has no callback URL.
        case noURL = "no_url"
        case notEnded = "not_ended"
        case notFound = "not_found"
    }

    /// Key of the job, as named in the request.
    package let jobID: UUID
    /// The state found or made for this job.
    package let result: Result

    /// Creates the result for a job.
    package init(jobID: UUID, result: Result) {
        self.jobID = jobID
        self.result = result
    }
}

/// Counts of the outbox.
package struct CallbackCounts: Sendable, Equatable {
    /// Callbacks due now or later, claimed callbacks included.
    package var due = 0
    /// The part of `due` with at least one failed try.
    package var retrying = 0
    /// Callbacks given up after the last step of the schedule.
    package var failed = 0
    /// Seconds since the end of the oldest job with a due callback; nil when no callback is due.
    package var oldest: Double?

    /// Creates counts of an empty outbox.
    package init() {}
}
