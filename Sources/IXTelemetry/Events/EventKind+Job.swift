import Logging

extension EventKind {
    static let jobEvents: [EventKind] = [
        jobClaimed, jobDone, jobError, jobHandedBack, jobFenced, jobDropped, jobLeftToSweep, jobEndKept,
        jobEndRefused, jobSwept, jobExhausted, lostClaimHandedBack, runsTaken, runsCancelled, jobsUnserved,
        queueUnserved,
    ]

    /// A worker has claimed a job. Fields: the job's fields (`JobLog.logger`).
    package static let jobClaimed = EventKind(
        "job_claimed", .info, "c1abc9f364dbdbeffee92d0e9742a4a5", "job claimed",
        says: "job {job_id}[ ({use_case})] claimed[, attempt {attempt}][ of {max_attempts}]")

    /// A job has ended as `done`. Field: `seconds` since the claim.
    package static let jobDone = EventKind(
        "job_done", .info, "8256ccc734c6461a89422bae3337867e", "job done",
        says: "job {job_id}[ ({use_case})] done[ in {seconds} s][, attempt {attempt}][ of {max_attempts}]")

    /// A job has ended as `error`. Fields: `code`, and `seconds` since the claim when a worker ended the job.
    package static let jobError = EventKind(
        "job_error", .warning, "6abd4ea176cec3041d0b522bc74c5bdd", "job ended in error",
        "`code` says why; see docs/codes.md.",
        says: "job {job_id}[ ({use_case})] failed: {code}[ after {seconds} s][, attempt {attempt}][ of "
            + "{max_attempts}]")

    /// A worker has handed a job back. Fields: `seconds` since the claim, `why`.
    package static let jobHandedBack = EventKind(
        "job_handed_back", .info, "5815a4b9d9addd4018b3b90fc1520003", "job handed back",
        "The job waits for another start; `why` gives the reason.",
        says: "job {job_id}[ ({use_case})] handed back: {why}[ after {seconds} s][, attempt {attempt}][ of "
            + "{max_attempts}]")

    /// The fence refused a job's completion. Field: `seconds` since the claim.
    package static let jobFenced = EventKind(
        "job_fenced", .warning, "250a9daf108c2d902bf98b7e87805abc",
        "job fenced: another attempt holds it; result dropped",
        "This daemon was too slow or paused; the newer attempt's result counts.",
        says: "job {job_id}[ ({use_case})] fenced: another attempt holds it; result dropped[ after "
            + "{seconds} s][, attempt {attempt}][ of {max_attempts}]")

    /// A run was stopped because the daemon no longer held the job; nothing is written.
    package static let jobDropped = EventKind(
        "job_dropped", .warning, "afed958559fd0fe3c0c3e3d78d270c85", "job dropped: this daemon no longer holds it",
        "Another worker runs the job again.",
        says: "job {job_id}[ ({use_case})] dropped: this daemon no longer holds it[, attempt {attempt}][ "
            + "of {max_attempts}]")

    /// A completion was given up, so the sweep hands the job back. Field: `error`.
    package static let jobLeftToSweep = EventKind(
        "job_left_to_sweep", .warning, "caeae84c1c90f76a4200c66160e5f413",
        "job left to the sweep: its result could not be written",
        "The store refused the result, or did not answer before the daemon stopped. The job runs again; no start is "
            + "used up.",
        says: "job {job_id}[ ({use_case})] left to the sweep: its result could not be written[: {error}]")

    /// A completion that the store did not accept is kept in memory. Field: `error`.
    package static let jobEndKept = EventKind(
        "job_end_kept", .warning, "55b5205c43054078ba266ccb94fb9980",
        "a job's result is kept in memory until the database takes it",
        "`error` says why the database refused it: a missing right, a missing table or column, a lock of another "
            + "transaction. The daemon tries again at least every 3 s and writes the result once the cause is "
            + "mended; no start is used up.",
        says: "the result of job {job_id}[ ({use_case})] is kept in memory until the database takes it[: {error}]")

    /// The store refused the document of a completion. Field: `error`.
    package static let jobEndRefused = EventKind(
        "job_end_refused", .error, "6055ad0bf977bd068140deec1955025a", "the store refused a job's result",
        "The store refused the document for its size or its content; `error` says which. The job ended with "
            + "`unstorable_response`, or was left to the sweep.",
        says: "the store refused the result of job {job_id}[ ({use_case})][: {error}]")

    /// The sweep has handed back an orphaned job. Field: `attempts`.
    package static let jobSwept = EventKind(
        "job_swept", .notice, "e52d486932ddc2cf4eff37b91a6bf519", "orphaned job swept back to pending",
        "The job's daemon was lost; the job runs again. The job lost a start only if it ran alone among suspects, or "
            + "if foreign code had claimed it.",
        says: "orphaned job {job_id}[ ({use_case})] swept back to pending[, {attempts} starts made]")

    /// The sweep has ended an orphaned job without starts left. Field: `attempts`.
    package static let jobExhausted = EventKind(
        "job_exhausted", .error, "e4d0132c6d1d20df7e098cf1196420eb", "orphaned job ended: its starts are used up",
        "The job crashed its daemon too often, or failed too often; `ixctl get` shows its attempts.",
        says: "orphaned job {job_id}[ ({use_case})] ended: its {attempts} starts are used up")

    /// A claim without a run was handed back. Field: `job_id`.
    package static let lostClaimHandedBack = EventKind(
        "lost_claim_handed_back", .notice, "63dd3617be961c68ff91f02743a8356c",
        "a claim whose reply was lost is handed back",
        "A connection broke between commit and reply; no start was used up.",
        says: "job {job_id}, the reply to whose claim was lost, is handed back")

    /// Jobs of a use case that no daemon serves were seen for the first time. Fields: `use_case`, `seconds`.
    package static let jobsUnserved = EventKind(
        "jobs_unserved", .warning, "0c6f0b8f3ad94c1c8a4e3a5d6b1f9e27", "jobs wait for a pipeline that no daemon has",
        "`use_case` names the pipeline. The jobs end as `unknown_use_case` `seconds` (`pipeline.unserved_seconds`) "
            + "after they are due, unless a daemon with this pipeline takes them before.",
        says: "jobs wait for a pipeline that no daemon has: {use_case}; they end {seconds} s after they are due")

    /// A queue whose due jobs no daemon takes was seen for the first time. Fields: `queue`, `jobs`.
    package static let queueUnserved = EventKind(
        "queue_unserved", .warning, "5b0d7c1e93a84f6db2c67a0e18f4d935", "jobs wait in a queue that no daemon takes",
        "`queue` names the queue, which for a plain job is its use case, and `jobs` counts its due jobs. The "
            + "jobs wait as long as no daemon takes the queue, and the daemon never ends them for it. Add the queue to "
            + "`worker.queues` of a daemon.",
        says: "{jobs} jobs wait in queue {queue}, which no daemon takes")

    /// Runs were stopped because the claims no longer held. Field: `count`.
    package static let runsTaken = EventKind(
        "runs_taken", .warning, "714b1b64d2bc4ecba4b4b8303c4321d5",
        "this daemon no longer holds some running jobs; their pipelines are stopped",
        "`count` is the number of jobs. The lease had run out and another daemon has the jobs, or their rows were "
            + "removed.",
        says: "this daemon no longer holds {count} running jobs; their pipelines are stopped")

    /// Runs were stopped because the jobs were cancelled. Field: `count`.
    package static let runsCancelled = EventKind(
        "runs_cancelled", .info, "dac84ca970a84da88402dd13f2f08b2c",
        "running jobs were cancelled; their pipelines are stopped",
        "`count` says how many. Each ends in error with code `cancelled` once its pipeline has stopped.",
        says: "{count} running jobs were cancelled; their pipelines are stopped")
}
