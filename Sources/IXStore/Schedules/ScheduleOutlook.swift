package import IXCore

/// `ScheduleOutlook` tells of all schedules together what an operator looks for first.
package struct ScheduleOutlook: Sendable, Equatable {
    /// How many schedules there are in each state, and the newest moment that has fired.
    package var counts = ScheduleCounts()
    /// The next moment of all schedules; nil when none comes.
    package var nextAt: Timestamp?
    /// Schedules whose moment came over a minute ago and has not fired.
    package var late = 0
    /// Seconds since the oldest of these moments; nil without one.
    package var oldestLate: Double?

    /// Creates the outlook of no schedule.
    package init() {}

    /// True when there is no schedule.
    package var isEmpty: Bool { counts.on + counts.paused + counts.halted == 0 }
}
