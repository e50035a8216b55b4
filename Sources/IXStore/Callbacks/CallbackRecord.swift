public import FoundationEssentials
public import IXCore

/// A row of the outbox, as a reader sees it.
public struct CallbackRecord: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case due, delivered, failed
    }

    public let jobID: UUID
    public let clientID: String
    public let url: String
    public let endpoint: String
    /// What the job ended as.
    public let status: JobStatus
    public let state: State
    public let tries: Int
    /// A daemon has it in hand right now.
    public let isSending: Bool
    /// Seconds until the next try; until its lease ends when it is in hand; nil once it is settled.
    public let dueIn: Double?
    public let endedAt: String
    public let settledAt: String?

    public init(
        jobID: UUID, clientID: String, url: String, endpoint: String, status: JobStatus, state: State, tries: Int,
        isSending: Bool, dueIn: Double?, endedAt: String, settledAt: String?
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
        self.endedAt = endedAt
        self.settledAt = settledAt
    }
}

/// Which callbacks are meant.
public struct CallbackFilter: Sendable, Equatable {
    public var states: Set<CallbackRecord.State>
    public var clientID: String?
    /// How the endpoint begins: `https://shop.example`.
    public var endpoint: String?

    public init(states: Set<CallbackRecord.State>, clientID: String? = nil, endpoint: String? = nil) {
        self.states = states
        self.clientID = clientID
        self.endpoint = endpoint
    }
}

/// A line of the log of tries.
public struct DeliveryRecord: Sendable, Equatable {
    /// Counted from 1.
    public let number: Int
    public let claimID: UUID
    public let workerID: UUID?
    public let endedAt: String
    public let report: DeliveryReport

    public init(number: Int, claimID: UUID, workerID: UUID?, endedAt: String, report: DeliveryReport) {
        self.number = number
        self.claimID = claimID
        self.workerID = workerID
        self.endedAt = endedAt
        self.report = report
    }
}

/// What a wish for another delivery came to.
public struct Redelivery: Sendable, Equatable {
    public enum Result: String, Sendable {
        case due
        /// A daemon has it in hand right now.
        case underWay = "under_way"
        /// The job has no callback URL.
        case noURL = "no_url"
        case notEnded = "not_ended"
        case notFound = "not_found"
    }

    public let jobID: UUID
    public let result: Result

    public init(jobID: UUID, result: Result) {
        self.jobID = jobID
        self.result = result
    }
}

/// What the outbox holds.
public struct CallbackCounts: Sendable, Equatable {
    public var due = 0
    /// Of those, how many after a try that failed.
    public var retrying = 0
    public var failed = 0
    /// Seconds since the oldest job ended whose callback is due; nil when none is.
    public var oldest: Double?

    public init() {}
}
