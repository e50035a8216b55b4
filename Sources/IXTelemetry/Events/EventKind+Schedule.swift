import Logging

extension EventKind {
    static let scheduleEvents: [EventKind] = [
        schedulePaused, scheduleHeldUp, scheduleMissed, schedulesReplanned, scheduleEntered, scheduleTaken,
        scheduleFreed,
    ]

    /// A schedule was paused because of itself. Fields: `schedule`, `reason`.
    package static let schedulePaused = EventKind(
        "schedule_paused", .error, "53b7e9173a81da8545574a047461e7f5", "a schedule is paused: it can insert no job",
        "`schedule` names the schedule; `reason` says why, as does `paused_reason` in `ix_schedules`: the rule names no "
            + "moment, its job was refused, or the store refuses a schedule of the configuration file, for its time zone or its "
            + "queue. A change of the schedule lets it go on; for one of a file, a reload or a start once the reason is gone.",
        says: "schedule {schedule} is paused: {reason}")

    /// This daemon can't work on a schedule; logged once for each reason. Fields: `schedule`, `reason`.
    package static let scheduleHeldUp = EventKind(
        "schedule_held_up", .error, "100e248c394c1fec8d69c2782e8df248", "this daemon can't plan or fire a schedule",
        "`schedule` names the schedule and `reason` says why, once for each reason. Other daemons may fire the schedule. "
            + "Where the reason is a time zone, install the package tzdata, or a newer one.",
        says: "schedule {schedule} can't be planned or fired by this daemon: {reason}")

    /// A moment passed without a fire. Fields: `schedule`, `moment`, `next`.
    package static let scheduleMissed = EventKind(
        "schedule_missed", .warning, "d42624984cf0d7fc6f74f9e9f56d4339",
        "a moment of a schedule passed while no daemon ran",
        "`schedule` names the schedule, `moment` the earliest moment that was missed, and `next` the moment that is "
            + "planned instead: under `missed = last` the newest that was missed, which fires now.",
        says: "schedule {schedule} missed its moment {moment}; the next is {next}")

    /// Schedules got new plans, because the store's clock was set back. Field: `count`.
    package static let schedulesReplanned = EventKind(
        "schedules_replanned", .notice, "ebe34bc2142649f49dff840ae3cbe375",
        "schedules are planned anew, because the clock was set back",
        "`count` schedules had been planned by a clock that was ahead. Their next moments count from the time as it is now. A "
            + "moment that fired while the clock was ahead has its job, and does not fire again.",
        says: "{count} schedules are planned anew, because the clock was set back")

    /// A daemon entered a schedule of its files. Fields: `schedule`, `file`.
    package static let scheduleEntered = EventKind(
        "schedule_entered", .info, "7d37467efc37984f77764005421edc2f",
        "a schedule of the configuration file was entered",
        "`schedule` names the schedule and `file` the file. The schedule is new, or differs from what the store had.",
        says: "schedules.{schedule} of {file} is entered")

    /// Two daemons' files define one schedule in two ways. Fields: `schedule`, `file`, `other`.
    package static let scheduleTaken = EventKind(
        "schedule_taken", .warning, "127cbccda573e84452b6119daeb329ac",
        "two daemons' files define a schedule in two ways",
        "The last start or reload wins: this daemon's `file` has replaced the definition of `other`. Make both files alike.",
        says: "schedules.{schedule} of {file} replaces that of {other}")

    /// A schedule left the files of a daemon. Fields: `schedule`, `other`.
    package static let scheduleFreed = EventKind(
        "schedule_freed", .notice, "f9f505cbf69969b7baff0083a4591f03",
        "a schedule has left the configuration file, and goes on",
        "`schedule` names the schedule and `other` the file that had it. The schedule fires on, and can be changed and removed "
            + "by other ways: `ixctl schedule remove`.",
        says: "schedules.{schedule} has left {other}; it goes on until it is removed")
}
