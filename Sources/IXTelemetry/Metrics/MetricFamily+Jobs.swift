extension MetricFamily {
    /// The jobs of this daemon.
    package static let jobFamilies = [
        workerSlots, workerSlotsBusy, jobsClaimed, jobsEnded, jobsErrors, jobsHandedBack, jobsSwept, jobsFenced,
        jobsExpired, jobsPruned, jobWait, jobRun,
    ]

    package static let workerSlots = MetricFamily("ix_worker_slots", .gauge, help: "Jobs this daemon runs at a time.")
    package static let workerSlotsBusy = MetricFamily(
        "ix_worker_slots_busy", .gauge, help: "Of these, how many have one in hand.")
    package static let jobsClaimed = MetricFamily(
        "ix_jobs_claimed_total", .counter, ["use_case"], help: "Jobs that this daemon claimed.")
    package static let jobsEnded = MetricFamily(
        "ix_jobs_ended_total", .counter, ["use_case", "status"], help: "Jobs that this daemon ended.")
    package static let jobsErrors = MetricFamily(
        "ix_jobs_errors_total", .counter, ["use_case", "code"], help: "The same that ended in error, by code.")
    package static let jobsHandedBack = MetricFamily(
        "ix_jobs_handed_back_total", .counter, ["use_case", "reason"],
        help: "Jobs that this daemon gave back to be started again.")
    package static let jobsSwept = MetricFamily(
        "ix_jobs_swept_total", .counter, ["result"], help: "Jobs of dead daemons that this daemon swept.")
    package static let jobsFenced = MetricFamily(
        "ix_jobs_fenced_total", .counter, help: "Results that came too late and were dropped.")
    package static let jobsExpired = MetricFamily(
        "ix_jobs_expired_total", .counter,
        help: "Jobs that this daemon ended because no worker had started them in time.")
    package static let jobsPruned = MetricFamily(
        "ix_jobs_pruned_total", .counter, ["status"], help: "Ended jobs that this daemon deleted.")
    package static let jobWait = MetricFamily(
        "ix_job_wait_seconds", .histogram(buckets: waitBuckets), ["use_case"],
        help: "From the time a job was due to its claim, by the store's clock.")
    package static let jobRun = MetricFamily(
        "ix_job_run_seconds", .histogram(buckets: runBuckets), ["use_case", "status"],
        help: "From the claim of a job that ran to the commit of its end.")

    /// The bounds of the waits, in seconds.
    package static let waitBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200]
    /// The bounds of the runs, in seconds.
    package static let runBuckets = [0.01, 0.05, 0.25, 1, 2.5, 5, 15, 30, 60, 120, 300, 900, 2700]
    /// The bounds of calls: to the store, to receivers of callbacks, and over HTTP; in seconds.
    package static let callBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10]
}
