import Logging

extension EventKind {
    static let scheduleEvents: [EventKind] = [schedulePaused, scheduleHeldUp]

    /// A schedule was paused because of itself. Fields: `schedule`, `reason`.
    package static let schedulePaused = EventKind(
        "schedule_paused", .error, "53b7e9173a81da8545574a047461e7f5", "a schedule is paused: it can insert no job",
        "`schedule` names the schedule; `reason` says why, as does `paused_reason` in `ix_schedules`: the rule names no "
            + "moment, or its job was refused. A change of the schedule lets it go on.",
        says: "schedule {schedule} is paused: {reason}")

    /// This daemon can't work on a schedule; logged once for each reason. Fields: `schedule`, `reason`.
    package static let scheduleHeldUp = EventKind(
        "schedule_held_up", .error, "100e248c394c1fec8d69c2782e8df248", "this daemon can't plan or fire a schedule",
        "`schedule` names the schedule and `reason` says why, once for each reason. Other daemons may fire the schedule. "
            + "Where the reason is a time zone, install the package tzdata, or a newer one.",
        says: "schedule {schedule} can't be planned or fired by this daemon: {reason}")
}
