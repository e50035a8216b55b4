/// What a look at the store found, for a daemon that would otherwise ask by a claim.
package struct WorkLook: Sendable, Equatable {
    /// True when a claim may bring a job.
    package let hasJobs: Bool
    /// True when callbacks wait for their delivery, due or not.
    package let hasCallbacks: Bool

    package init(hasJobs: Bool, hasCallbacks: Bool) { (self.hasJobs, self.hasCallbacks) = (hasJobs, hasCallbacks) }
}

/// The upkeep that has work, as the store told with `ForeignWork`.
package struct UpkeepNeeds: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Jobs of daemons that may be dead, jobs past their `expires_at`, or jobs that a step of the clock holds up.
    package static let sweep = UpkeepNeeds(rawValue: 1)
    /// Suspects that wait for their turn.
    package static let suspects = UpkeepNeeds(rawValue: 2)
    /// Where a store doesn't tell: the duties look themselves.
    package static let all: UpkeepNeeds = [.sweep, .suspects]
}
