extension MetricFamily {
    /// The queue's levels, which every daemon tells alike; readers take the maximum over daemons.
    package static let queueFamilies = [
        queueJobs, queueJobsEstimated, queueOldestDueAge, daemonsLive, callbacks, callbacksOldestDueAge, refusedWrites,
        xminHorizon,
    ]

    package static let queueJobs = MetricFamily(
        "ix_queue_jobs", .gauge, ["use_case", "queue", "state"],
        help: "Jobs that wait or run, in all daemons; a plain job's queue is its use case.")
    package static let queueJobsEstimated = MetricFamily(
        "ix_queue_jobs_estimated", .gauge, help: "1 while one of ix_queue_jobs is an estimate.")
    package static let queueOldestDueAge = MetricFamily(
        "ix_queue_oldest_due_age_seconds", .gauge, ["use_case", "queue"],
        help: "Queue latency: since the time of the oldest due job; 0 when none is due.")
    package static let daemonsLive = MetricFamily(
        "ix_daemons_live", .gauge, help: "Daemons whose lease holds.")
    package static let callbacks = MetricFamily("ix_callbacks", .gauge, ["state"], help: "Callbacks in the outbox.")
    package static let callbacksOldestDueAge = MetricFamily(
        "ix_callbacks_oldest_due_age_seconds", .gauge,
        help: "Since the end of the oldest job whose caller has not been told; 0 when all have.")
    package static let refusedWrites = MetricFamily(
        "ix_refused_writes_total", .counter, help: "Writes of other programs that the database refused.")
    package static let xminHorizon = MetricFamily(
        "ix_store_xmin_horizon_seconds", .gauge,
        help: "For how long the oldest session has kept dead rows from being cleared; 0 on the embedded file.")
}
