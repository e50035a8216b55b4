package import FoundationEssentials
package import IXCore

/// A daemon's request for due callbacks.
///
/// Guarantees: of each client and endpoint, no more callbacks are claimed than the limits below allow.
/// Requires: a `lease` longer than the time limit of a whole delivery (`limits.total`) plus the store's `callTimeout`.
/// With a shorter lease two daemons may send the same callback at once.
package struct CallbackClaim: Sendable {
    /// Fences every write about the claimed deliveries.
    package let claimID: UUID
    /// The daemon's id, as given to `registerDaemon`.
    package let daemonID: UUID
    /// Time for which the callbacks stay claimed; without a recorded result they are due again afterwards.
    package let lease: Duration
    /// Maximum number of callbacks to claim; 0 or less claims none.
    package let limit: Int
    /// Maximum number of callbacks to claim per endpoint.
    package let slotsPerEndpoint: Int
    /// Overrides of `slotsPerEndpoint` by endpoint; 0 or less excludes the endpoint, because its breaker is open or all
    /// its slots are in use.
    package let slots: [String: Int]
    /// Maximum number of callbacks of one client under way in this daemon, running deliveries included; at most 2^20.
    package let shareOfEach: Int
    /// Remainder of `shareOfEach` by client, for clients with running deliveries; 0 or less excludes the client.
    package let shares: [String: Int]
    /// True when bodies are to be sent in an envelope. Applies to bodies never claimed before; the first claim decides
    /// for all tries.
    package let wraps: Bool

    /// Creates a request under a new random `claimID`, unless the caller gives an id.
    package init(
        claimID: UUID = .random(), daemonID: UUID, lease: Duration, limit: Int, slotsPerEndpoint: Int,
        slots: [String: Int] = [:], shareOfEach: Int = .max, shares: [String: Int] = [:], wraps: Bool = false
    ) {
        // The stores count in 32 bits, so the shares are capped.
        let most = min(shareOfEach, 1 << 20)
        self.shareOfEach = most
        self.shares = shares.mapValues { min($0, most) }
        self.claimID = claimID
        self.daemonID = daemonID
        self.lease = lease
        self.limit = limit
        self.slotsPerEndpoint = slotsPerEndpoint
        self.slots = slots
        self.wraps = wraps
    }

    /// Returns the numbers as a JSON object, ordered by name, as the stores' statements take them.
    package static func json(_ slots: [String: Int]) -> String {
        JSONPairs(slots.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }).text
    }
}

/// A callback claimed by a daemon.
package struct ClaimedCallback: Sendable, Equatable {
    /// Key of the ended job; sent as the delivery's id on every try.
    package let jobID: UUID
    /// The claim under which the result of the delivery is recorded.
    package let claimID: UUID
    /// The client whose share the delivery counts against.
    package let clientID: String
    /// The callback URL as the producer gave it.
    package let url: String
    /// Scheme, host and port as written in the URL, in lower case.
    package let endpoint: String
    /// Status in which the job ended.
    package let status: JobStatus
    /// Time of the job's end, as the store writes times (ISO 8601, UTC, microseconds).
    package let endedAt: String
    /// The response as stored at the job's end.
    package let body: String
    /// True when the body is sent in an envelope.
    package let isWrapped: Bool
    /// Index in the retry schedule: the number of its pauses already over.
    package let retryIndex: Int
    /// Number of tries recorded before this delivery.
    package let tries: Int
    /// Time since the callback was first due.
    package let age: Duration
    /// The caller's `traceparent` and `tracestate`, as stored with the job; nil without one.
    package let traceContext: String?
    /// The claim of the job's last start; nil for a job that never started, and for a deleted one.
    package let lastClaim: UUID?

    /// Creates the value from a row returned by a claim.
    package init(
        jobID: UUID, claimID: UUID, clientID: String, url: String, endpoint: String, status: JobStatus, endedAt: String,
        body: String, isWrapped: Bool, retryIndex: Int, tries: Int, age: Duration,
        traceContext: String? = nil, lastClaim: UUID? = nil
    ) {
        (self.traceContext, self.lastClaim) = (traceContext, lastClaim)
        self.jobID = jobID
        self.claimID = claimID
        self.clientID = clientID
        self.url = url
        self.endpoint = endpoint
        self.status = status
        self.endedAt = endedAt
        self.body = body
        self.isWrapped = isWrapped
        self.retryIndex = retryIndex
        self.tries = tries
        self.age = age
    }
}
