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
    /// The use cases to claim from; nil claims a job of any use case.
    package let useCases: UseCaseFilter?

    /// Creates a claim under a new random `claimID`, unless the caller gives an id.
    package init(claimID: UUID = .random(), daemonID: UUID, useCases: UseCaseFilter? = nil) {
        self.useCases = useCases
        self.claimID = claimID
        self.daemonID = daemonID
    }
}

/// A job claimed by a worker.
package struct ClaimedJob: Sendable, Equatable {
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
    /// The caller's W3C `traceparent`; nil without one.
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
