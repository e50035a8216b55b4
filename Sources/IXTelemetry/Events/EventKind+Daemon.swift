import Logging

extension EventKind {
    static let daemonEvents: [EventKind] = [
        starting, startFailed, waitingForDatabase, ready, reloading, reloaded, reloadRefused, restartNeeded,
        workersScaled,
        workerState, daemonState, stalled, movesAgain, draining, graceOver, stopped, stoppedEarly, noInstanceLock,
        stateForeign, leaseNotEnded, logLinesDropped, journalAway, variableUnknown,
        queueKeyEntered, queueKeyTaken, queueKeyFreed,
    ]

    /// The daemon starts. Fields: `version`, `workers`, `store`.
    package static let starting = EventKind(
        "starting", .notice, "db3e8d8feb3e6313159e7ece6f71b390", "starting",
        says: "starting ix-worker {version}: {workers} workers on {store}")

    /// The daemon ends because its start failed. Field: `reason`.
    package static let startFailed = EventKind(
        "start_failed", .critical, "3b88fed386e2c6fdbf626f660315187e", "the start failed",
        "`reason` says why. After exit code 69 another start can succeed; after 77 or 78 the operator has to mend "
            + "the cause first.")

    /// The database can't be reached at the start; logged once for each reason. Field: `reason`.
    package static let waitingForDatabase = EventKind(
        "waiting_for_database", .warning, "e46d7d559affcd320ee11c10460f79e6", "waiting for the database",
        "Logged at the start, once for each `reason`. The daemon goes on by itself once the database answers.")

    /// The workers run. Field: `daemon`, the daemon's id.
    package static let ready = EventKind(
        "ready", .notice, "fe65901a40b551c90e42e96e1bafa564", "ready",
        "Orphans are swept and the workers run. The daemon claims jobs from now on.",
        says: "ready[ as daemon {daemon}]")

    /// A reload has begun.
    package static let reloading = EventKind(
        "reloading", .notice, "8bb151307d66a4df21ebf9eb210e0dae", "reading the configuration again")

    /// A reload has succeeded. Field: `changed`, the keys in effect, or `nothing`.
    package static let reloaded = EventKind(
        "reloaded", .notice, "b76fcd73843cf1e7c98a49a08422f73d", "the configuration is read",
        "`changed` lists the keys that took effect.",
        says: "the configuration is read; changed: {changed}")

    /// A reload has failed and the old configuration stays in effect. Field: `reason`, a line for each fault.
    package static let reloadRefused = EventKind(
        "reload_refused", .error, "676d31933220205f44bdf70d713614f2",
        "the new configuration is refused; nothing changed",
        "Each fault is named with file, line, key and reason. `ix-worker check-config` says the same without a reload.")

    /// A reload changed keys that need a restart. Field: `keys`.
    package static let restartNeeded = EventKind(
        "restart_needed", .warning, "9b12c8ca88fc51a1bec7a06e21c4c6a2", "some changes wait for a restart",
        "`keys` lists the keys that take effect only after a restart of the daemon.",
        says: "some changes wait for a restart: {keys}")

    /// The number of workers has changed while the daemon runs, by an operator's wish. Fields: `workers`, `by`, and
    /// `limit` for a wish above the daemon's own limit.
    package static let workersScaled = EventKind(
        "workers_scaled", .notice, "dd366a7a059145c0a79fd1c0e94b09ea", "the number of workers has changed",
        "By `ixctl workers scale` or its like in SQL and HTTP. Workers too many end after their jobs. `by` is `the "
            + "configuration` after the wish was taken back. `limit` is there for a wish above the daemon's own limit: "
            + "raise `[postgres] connections`, and restart the daemon.",
        says: "{workers} workers from now on, as {by} wants[; the limit is {limit}]")

    /// The state of a worker, in answer to USR1. Fields: `number`, `work`, `seconds`, and the job's fields.
    package static let workerState = EventKind(
        "worker_state", .notice, "6c9877cfa399c7f8670680e843dbf811", "state of a worker",
        "The daemon logs one line for each worker after the signal USR1, and when it has stalled.",
        says: "state of a worker: number {number} is {work}[, job {job_id}][ ({use_case})][, attempt "
            + "{attempt}], for {seconds} s")

    /// The state of the daemon, in answer to USR1. Fields: the counts of `EngineState` and the store's state.
    package static let daemonState = EventKind(
        "daemon_state", .notice, "5e243fa56209a19990017cb4522db5d2", "state of the daemon",
        "The daemon logs this line after the signal USR1, and when it has stalled.",
        says: "state of the daemon: {busy} of {workers} workers busy; {done} done, {error} in error, "
            + "{handed_back} handed back, {fenced} fenced; store: {store}")

    /// A part of the daemon has stalled, so the watchdog gets no sign of life. Field: `what`, the parts.
    package static let stalled = EventKind(
        "stalled", .error, "7267c2d7308a48deef5f6dde2ed67f56", "daemon stalled; the watchdog is not fed",
        "`what` names the parts that have stalled. systemd restarts the service unless they go on in time; the lines "
            + "that follow show the state of every worker.",
        says: "daemon stalled; the watchdog is not fed: {what}")

    /// No part of the daemon is stalled any more.
    package static let movesAgain = EventKind(
        "moves_again", .notice, "3c96c3ef6966dfadf36539de21c88594", "daemon no longer stalled")

    /// The drain has begun. Field: `running`, the number of running jobs.
    package static let draining = EventKind(
        "draining", .notice, "ac1cf5c9e0d39ec40813a44883ac3eeb", "draining",
        "The daemon claims no more jobs. Running jobs may finish within `[worker] grace_seconds`.",
        says: "draining: {running} running jobs may finish")

    /// The grace of the drain has ended and runs are stopped. Field: `count`.
    package static let graceOver = EventKind(
        "grace_over", .notice, "604832fb934ec140f10613f536c1240d", "grace time is over; running jobs are stopped",
        "The daemon hands the jobs back; no start is used up.",
        says: "grace time is over; {count} running jobs are stopped")

    /// The daemon has ended after a drain.
    package static let stopped = EventKind(
        "stopped", .notice, "c7f260f727e9e068a768eba0deae01dc", "stopped")

    /// The daemon was stopped before its start was complete.
    package static let stoppedEarly = EventKind(
        "stopped_early", .notice, "95eaa087599b805984e76943a0a6c10b", "stopped during start-up")

    /// The instance lock, or the daemon id in its file, could not be written. Field: `reason`.
    package static let noInstanceLock = EventKind(
        "no_instance_lock", .warning, "62b028beb0052f2a0dd4449ca3e29c54", "no instance lock",
        "The state directory can't be written; after a crash this daemon's jobs wait for the lease to run out.")

    /// The lease could not be ended at the stop. Field: `reason`.
    package static let leaseNotEnded = EventKind(
        "lease_not_ended", .warning, "818f8e151c2c01172bf97fb42e4e47d5",
        "the lease could not be given up; it runs out by itself")

    package static let stateForeign = EventKind(
        "state_foreign", .notice, "bbe10456e7b5a5860f6cc2c30fd84310",
        "the state directory was written elsewhere, or before the machine started",
        "The daemon that wrote the directory may still be alive. The directory is a copy (of a cloned volume, from a "
            + "backup, of another container), or the machine was restarted. That daemon's lease runs out by itself, "
            + "and no process is ended because of the directory's content.")

    package static let logLinesDropped = EventKind(
        "log_lines_dropped", .warning, "7e0f180652566e137b9db06168a4d51e", "lines of the log were left out",
        "`count` is the number of lines. The reader of the log was too slow; jobs went on meanwhile.",
        says: "{count} lines of the log were left out")

    package static let journalAway = EventKind(
        "journal_away", .warning, "aab628b8bea56ba646b5b9e400fc23eb",
        "the journal takes no lines; they go to standard error",
        "Logged once for each outage of the journal. journald is stopped, or its socket is missing: `systemctl "
            + "status systemd-journald`.")

    package static let variableUnknown = EventKind(
        "variable_unknown", .warning, "feb813515826232bacfc0c030e4126c9",
        "an environment variable is no key of the configuration",
        "`reason` names the variable and the nearest key. The daemon ignores the variable.")

    /// A setting of a queue was entered from a configuration file. Fields: `key`, `value`, `before`.
    package static let queueKeyEntered = EventKind(
        "queue_key_entered", .notice, "7a1f3c5e90b24d8886e1c02d4b7f9a35",
        "a queue's setting is entered from the configuration",
        "`key` names the queue and the setting, `value` the setting in force, and `before` the setting it replaced. Only "
            + "the file changes the setting from now on.",
        says: "{key} is {value}, by the configuration; it was {before}")

    /// A setting of a queue was another daemon's file's, with another value. Fields: `key`, `value`, `file`, `before`, `other`.
    package static let queueKeyTaken = EventKind(
        "queue_key_taken", .warning, "c4d92b7f16e84a03b5a8e7310f6d2c99",
        "the configuration files of two daemons name another setting of a queue",
        "`file` is in force, because its daemon read its files last, and `other` had set `before`. Give the key the same "
            + "value in both files, or take it out of one.",
        says: "{key} is {value}, by {file}; it was {before}, by {other}")

    /// A setting of a queue has left the configuration files. Fields: `key`, `value`, `other`.
    package static let queueKeyFreed = EventKind(
        "queue_key_freed", .notice, "2e8b60d1f7c34f5e9d1a4c83b5e07f68", "a queue's setting has left the configuration",
        "`key` keeps its `value`, and is set by `ixctl queue set` from now on. `other` is the file that had named it.",
        says: "{key} has left {other}; it keeps the value {value}, and can be set by ixctl queue set")
}
