package import FoundationEssentials
package import IXCore

/// A worker's request for the next job.
///
/// Requires: a `claimID` of its own for each claim. The caller mints the id, so that a claim whose reply was lost can
/// be recognised in the store afterwards.
package struct Claim: Sendable {
    /// Fences every later write of the claimed attempt.
    package let claimID: UUID
    /// The daemon's id, as given to `registerDaemon`.
    package let daemonID: UUID
    /// The use cases of plain jobs to claim; nil claims a plain job of any use case. A plain job's queue is its use case.
    package let useCases: UseCaseFilter?
    /// The use cases of jobs in line to claim; nil claims from a line a job of any use case.
    package let linedUseCases: UseCaseFilter?
    /// The queues to claim from; nil claims from every queue.
    package let queues: [String]?

    /// Creates a claim under a new random `claimID`, unless the caller gives an id.
    package init(
        claimID: UUID = .random(), daemonID: UUID, useCases: UseCaseFilter? = nil, queues: [String]? = nil
    ) {
        self.useCases = if let queues { useCases?.among(queues) ?? .only(queues) } else { useCases }
        linedUseCases = useCases
        self.queues = queues
        self.claimID = claimID
        self.daemonID = daemonID
    }

    private init(_ claim: Claim, _ useCases: UseCaseFilter?) {
        (claimID, daemonID) = (claim.claimID, claim.daemonID)
        (linedUseCases, queues) = (claim.linedUseCases, claim.queues)
        self.useCases = useCases
    }

    /// Returns the claim without plain jobs of these use cases.
    package func leavingOut(_ names: [String]) -> Claim {
        switch useCases {
        case nil: Claim(self, .except(names))
        case .except(let others)?: Claim(self, .except(others + names))
        case .only(let own)?: Claim(self, .only(own.filter { !names.contains($0) }))
        }
    }
}

/// A job claimed by a worker. It is shared rather than copied, because a copy of its texts at each step of a job costs
/// more than a step.
package final class ClaimedJob: Sendable, Equatable {
    /// The attempt started by this claim; every write about the run names it.
    package let attempt: Attempt
    /// The job's `max_attempts`; 0 means no limit.
    package let maxAttempts: Int
    /// The job's identifiers, repeated in its response and in log lines.
    package let names: JobNames
    /// The request as stored; nil when the store can't write the document out as text.
    package let request: String?
    /// True when the job's `expires_at` has passed; the worker ends the job without a start.
    package let isExpired: Bool
    /// True when the job was cancelled during an earlier run, and that run handed the job back instead of ending it.
    package let isCancelled: Bool
    /// True when the job's end had effects beside the row at the claim, such as a callback. A callback URL may still be
    /// added during the run.
    package let hasFollowers: Bool
    /// The time from the moment at which the job was due to the claim, by the store's clock; nil when the row doesn't
    /// tell.
    package let waited: Duration?
    /// The caller's W3C `traceparent`, and behind a line end its `tracestate`; nil without one.
    package let traceContext: String?

    /// Creates the value from a row returned by a claim.
    package init(
        attempt: Attempt, maxAttempts: Int, names: JobNames, request: String?, isExpired: Bool, isCancelled: Bool,
        hasFollowers: Bool, waited: Duration? = nil,
        traceContext: String? = nil
    ) {
        self.traceContext = traceContext
        self.waited = waited
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.names = names
        self.request = request
        self.isExpired = isExpired
        self.isCancelled = isCancelled
        self.hasFollowers = hasFollowers
    }

    package static func == (one: ClaimedJob, other: ClaimedJob) -> Bool {
        (one.attempt, one.maxAttempts, one.names, one.request) == (
            other.attempt, other.maxAttempts, other.names, other.request
        )
            && (one.isExpired, one.isCancelled, one.hasFollowers) == (
                other.isExpired, other.isCancelled, other.hasFollowers
            )
            && (one.waited, one.traceContext) == (other.waited, other.traceContext)
    }
}

/// The use cases from which a claim may take jobs: only the named, or all except the named.
package enum UseCaseFilter: Sendable, Equatable {
    case only([String])
    case except([String])

    /// The named use cases, in either case of the filter.
    package var names: [String] {
        switch self {
        case .only(let names), .except(let names): names
        }
    }

    /// True when only the named use cases are allowed; false when they are excluded.
    package var isOnly: Bool { if case .only = self { true } else { false } }

    /// Returns the filter of those of the use cases that this filter allows.
    func among(_ useCases: [String]) -> UseCaseFilter {
        let names = Set(names)
        return .only(useCases.filter { names.contains($0) == isOnly })
    }
}

/// A claim by which a daemon holds a job, as the store knows it.
package struct HeldClaim: Sendable, Equatable {
    /// The id minted for the claim.
    package let claimID: UUID
    /// True when a caller has asked to cancel the job during the run.
    package let isCancelled: Bool

    /// Creates the value from a row of a running job.
    package init(claimID: UUID, isCancelled: Bool) {
        self.claimID = claimID
        self.isCancelled = isCancelled
    }
}
