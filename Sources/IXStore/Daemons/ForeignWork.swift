package import IXCore

/// Jobs due now or within a minute for which a daemon has no pipeline, and the daemon's live neighbours.
package struct ForeignWork: Sendable, Equatable {
    /// Use cases served by a live neighbour.
    package var servedElsewhere: [String]
    /// Use cases served by no live daemon.
    package var unserved: [String]
    /// True when a live neighbour serves different use cases, so jobs may arrive that this daemon must leave.
    package var othersDiffer: Bool
    /// Number of live daemons, this daemon included.
    package var daemons: Int
    /// Index of this daemon among the live daemons, ordered by id, from 0.
    package var rank: Int
    /// The upkeep that has work.
    package var needs: UpkeepNeeds

    /// Creates the value; the defaults describe a lone daemon at a store without foreign jobs.
    package init(
        servedElsewhere: [String] = [], unserved: [String] = [], othersDiffer: Bool = false, daemons: Int = 1,
        rank: Int = 0, needs: UpkeepNeeds = .all
    ) {
        self.needs = needs
        self.servedElsewhere = servedElsewhere
        self.unserved = unserved
        self.othersDiffer = othersDiffer
        self.daemons = daemons
        self.rank = rank
    }

    /// True when a claim of any use case might return a job without a pipeline here.
    package var isAny: Bool { othersDiffer || !servedElsewhere.isEmpty || !unserved.isEmpty }
}

/// A queue with due jobs that no live daemon takes.
package struct UnservedQueue: Sendable, Equatable {
    package let queue: String
    /// The number of due jobs; at most 10,000 plain ones and as many in line are counted.
    package let jobs: Int

    package init(queue: String, jobs: Int) { (self.queue, self.jobs) = (queue, jobs) }
}

extension JobError {
    /// Returns the error for a job that waited too long for a daemon with a pipeline for its use case.
    package static func unknownUseCase(_ useCase: String) -> JobError {
        JobError("unknown_use_case", "no pipeline is configured for use case '\(useCase)'")
    }
}
