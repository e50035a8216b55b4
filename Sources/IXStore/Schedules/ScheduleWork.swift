package import IXCore
package import IXSchedules

/// The schedules that want a daemon's work at one moment.
package struct DueSchedules: Sendable {
    /// The store's time.
    package let now: Timestamp
    /// The next moment of all schedules that have a plan; nil when none has.
    package let soonest: Timestamp?
    /// Schedules without a plan, and those whose moment has come.
    package let schedules: [DueSchedule]
    /// How many schedules there are in each state.
    package let counts: ScheduleCounts

    /// Creates the value.
    package init(now: Timestamp, soonest: Timestamp?, schedules: [DueSchedule], counts: ScheduleCounts) {
        (self.now, self.soonest, self.schedules, self.counts) = (now, soonest, schedules, counts)
    }
}

/// `ScheduleCounts` counts schedules by what they do.
package struct ScheduleCounts: Sendable, Equatable {
    /// Schedules that fire.
    package var on = 0
    /// Schedules that an operator paused.
    package var paused = 0
    /// Schedules that a daemon paused, because they can insert no job.
    package var halted = 0
    /// The newest moment of all that has fired.
    package var lastFire: Timestamp?

    /// Creates counts of nothing.
    package init() {}
}

/// A plan for a schedule, which holds if the schedule is still as it was read.
package struct SchedulePlan: Sendable {
    package let schedule: DueSchedule
    /// The next moment; nil: none comes.
    package let next: Timestamp?
    /// Set: the schedule is paused with this reason instead.
    package let reason: String?

    /// Creates a plan.
    package init(_ schedule: DueSchedule, next: Timestamp?, pausing reason: String? = nil) {
        (self.schedule, self.next, self.reason) = (schedule, next, reason)
    }
}

/// A fire of a schedule's planned moment, which holds if the schedule is still as it was read.
package struct ScheduleFire: Sendable {
    package let schedule: DueSchedule
    /// The moment after; nil: none comes.
    package let next: Timestamp?

    /// What became of a fire.
    package enum Result: String, Sendable {
        /// The moment has its job, made now or before.
        case fired
        /// The job before has not ended.
        case skipped
        /// The job was refused, and the schedule is paused.
        case refused
        /// The schedule has changed, or another daemon works on it.
        case void
    }

    /// Creates a fire.
    package init(_ schedule: DueSchedule, next: Timestamp?) { (self.schedule, self.next) = (schedule, next) }
}

extension NewJob {
    /// Takes the job of a schedule's fire. Failure: `InvalidInput` for a job that a store refuses.
    package init(_ schedule: ScheduleDefinition, requestID: String) throws(InvalidInput) {
        try self.init(
            try schedule.job(requestID: requestID), callbackURL: schedule.callbackURL, priority: schedule.priority ?? 0,
            maxAttempts: schedule.maxAttempts ?? Limits.maxAttempts, queue: schedule.queue, groupKey: schedule.groupKey,
            isOfSchedule: true)
    }
}
