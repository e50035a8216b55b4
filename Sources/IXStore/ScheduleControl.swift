package import FoundationEssentials
package import IXSchedules

/// The operations that change schedules. Database roles: `ix_operator` and `ix_server`.
///
/// Gains: an operator has jobs inserted at the moments of a rule, without a caller.
/// Guarantees: each moment has one job, however many daemons fire. After a pause has been committed, only
/// `fireSchedule` inserts a job.
/// Concurrency: synchronous; a change waits for a fire of the schedule under way.
/// Failure: `.invalidInput` names the wrong field, `name` for a schedule that does not exist; `.permission` for a role
/// without the right.
package protocol ScheduleControl {
    /// Makes a schedule, or changes the schedule with the name. Returns the version, which a change raises.
    ///
    /// Guarantees: a change voids a fire planned before; a call without a change does nothing.
    func setSchedule(_ definition: ScheduleDefinition) throws(StoreError) -> Int64

    /// Removes a schedule; its jobs stay. Returns false when there was none.
    func removeSchedule(_ name: String) throws(StoreError) -> Bool

    /// Stops a schedule. Returns false when it was paused before.
    func pauseSchedule(_ name: String) throws(StoreError) -> Bool

    /// Lets a schedule go on with the next moment. Returns false when it was not paused.
    func resumeSchedule(_ name: String) throws(StoreError) -> Bool

    /// Inserts a schedule's job at once, regardless of moments, pause and overlap. Returns the job.
    func fireSchedule(_ name: String) throws(StoreError) -> UUID
}
