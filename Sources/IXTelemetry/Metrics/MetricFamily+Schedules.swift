extension MetricFamily {
    /// The schedules: their numbers and the newest fire, which every daemon tells alike as of its last look; and what this
    /// daemon does.
    package static let scheduleFamilies = [
        schedules, schedulesLastFire, schedulesOldestDueAge, scheduleMoments, scheduleLateness,
    ]

    package static let schedules = MetricFamily(
        "ix_schedules", .gauge, ["state"],
        help:
            "Schedules that fire (on), that an operator paused (paused), that a daemon paused because they can insert "
            + "no job (halted), and that this daemon can't plan or fire (held_up).")
    package static let schedulesLastFire = MetricFamily(
        "ix_schedules_last_fire_timestamp_seconds", .gauge,
        help: "The newest moment of any schedule that has fired; 0 before the first.")
    package static let schedulesOldestDueAge = MetricFamily(
        "ix_schedules_oldest_due_age_seconds", .gauge,
        help: "Since the oldest moment that has come and that this daemon could not fire; 0 when all have fired.")
    package static let scheduleMoments = MetricFamily(
        "ix_schedule_moments_total", .counter, ["result"],
        help: "Moments that this daemon fired, skipped for overlap, had refused, and found missed.")
    package static let scheduleLateness = MetricFamily(
        "ix_schedule_lateness_seconds", .histogram(buckets: waitBuckets),
        help: "Time from a schedule's moment to the commit of its job, by this daemon.")
}
