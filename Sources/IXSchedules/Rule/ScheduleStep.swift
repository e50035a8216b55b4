package import IXCore

/// `ScheduleStep` is what a daemon does next with a schedule. The store carries it out, if the schedule is still as it was
/// read.
package enum ScheduleStep: Sendable, Equatable {
    /// Nothing: the planned moment has not come.
    case wait
    /// Enters a next moment without a fire; nil when no further moment comes.
    case plan(Timestamp?)
    /// Inserts the job of the planned moment, and enters the moment after it.
    case fire(next: Timestamp?)
    /// Pauses the schedule, because its rule names no moment on any daemon.
    case pause(reason: String)
    /// Leaves the schedule to other daemons, because this host can't read the zone.
    case leave(reason: String)
}
