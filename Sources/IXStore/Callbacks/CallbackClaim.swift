public import FoundationEssentials
public import IXCore

/// A wish for callbacks that are due.
public struct CallbackClaim: Sendable {
    /// Fences what is written of these deliveries.
    public let claimID: UUID
    public let workerID: UUID
    /// How long they stay in this hand when nothing is heard of it.
    public let lease: Duration
    public let limit: Int
    /// How many of one endpoint.
    public let placesOfEach: Int
    /// The same for single endpoints; none or less for those that take nothing now.
    public let places: [String: Int]
    /// How many of one client, those counted that it has under way.
    public let shareOfEach: Int
    /// What is left of that to single clients.
    public let shares: [String: Int]
    /// Whether bodies that were never sent travel in an envelope.
    public let wraps: Bool

    public init(
        claimID: UUID = .random(), workerID: UUID, lease: Duration, limit: Int, placesOfEach: Int,
        places: [String: Int] = [:], shareOfEach: Int = .max, shares: [String: Int] = [:], wraps: Bool = false
    ) {
        // Stores count in 32 bits.
        let most = min(shareOfEach, 1 << 20)
        self.shareOfEach = most
        self.shares = shares.mapValues { min($0, most) }
        self.claimID = claimID
        self.workerID = workerID
        self.lease = lease
        self.limit = limit
        self.placesOfEach = placesOfEach
        self.places = places
        self.wraps = wraps
    }

    package static func json(_ places: [String: Int]) -> String {
        JSONPairs(places.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }).text
    }
}

/// A callback in a daemon's hands.
public struct ClaimedCallback: Sendable, Equatable {
    public let jobID: UUID
    public let claimID: UUID
    public let clientID: String
    public let url: String
    /// Scheme, host and port as the URL writes them, in lower case.
    public let endpoint: String
    /// What the job ended as.
    public let status: JobStatus
    /// When, as the store writes times.
    public let endedAt: String
    /// The response as stored when the job ended.
    public let body: String
    public let isWrapped: Bool
    /// The place in the schedule: how many of its pauses are over.
    public let step: Int
    public let tries: Int
    /// Since the callback was due for the first time.
    public let age: Duration

    public init(
        jobID: UUID, claimID: UUID, clientID: String, url: String, endpoint: String, status: JobStatus, endedAt: String,
        body: String, isWrapped: Bool, step: Int, tries: Int, age: Duration
    ) {
        self.jobID = jobID
        self.claimID = claimID
        self.clientID = clientID
        self.url = url
        self.endpoint = endpoint
        self.status = status
        self.endedAt = endedAt
        self.body = body
        self.isWrapped = isWrapped
        self.step = step
        self.tries = tries
        self.age = age
    }
}
