import Logging

extension EventKind {
    static let storeEvents: [EventKind] = [
        storeAway, storeStillAway, storeBack, listenerLost, listenerBack, listenerPooled, fileNotWatched, leaseLost,
        standbyAnswers, standbyLeft, registeredAnew, storeClockJumped, jobsPruned, pruneFailed, xminHorizonHeld,
        xminHorizonFree, rowSecurity,
        serverWarning, serverNotice,
    ]

    /// An outage of the store has begun. Field: `reason`.
    package static let storeAway = EventKind(
        "store_away", .warning, "844c89c0cbb3dc92718e19cc64073c61", "the store does not answer; waiting for it",
        "Logged once, after a fresh connection failed, too; `reason` gives the failed statement and the error. The "
            + "daemon keeps results until the store answers. Running pipelines go on; if the database may still "
            + "answer other daemons, the pipelines are stopped before the lease ends.")

    /// The outage has another reason now; logged once for each reason. Field: `reason`.
    package static let storeStillAway = EventKind(
        "store_still_away", .warning, "5e8a4f0d7c1b4e6f9a2d3c4b5a697881",
        "the store does not answer, for another reason now",
        "Logged once for each reason of an outage. Example: a server that refused connections has started and now "
            + "asks for a password.")

    /// An outage has ended. Field: `seconds`, the outage's length.
    package static let storeBack = EventKind(
        "store_back", .notice, "be7be828223b6104eaa5043ae0befe2c", "the store answers again",
        "`seconds` is the length of the outage.",
        says: "the store answers again after {seconds} s")

    /// The notification connection failed twice in a row. Field: `reason`.
    package static let listenerLost = EventKind(
        "listener_lost", .warning, "9ec70553c9983cb53c4d4fe9d7523aa4", "listener lost its connection; polling goes on",
        "Jobs are picked up within `poll_seconds` until `listener is back`.")

    /// The notification connection works again.
    package static let listenerBack = EventKind(
        "listener_back", .notice, "f2099f119b376b45be16d3b66d3c9ce6", "listener is back")

    /// The notification connection leads to a pooler, which passes no notifications.
    package static let listenerPooled = EventKind(
        "listener_pooled", .warning, "5b0d3a0d4a3f4d0e8f6d0f0c2c9f7a31",
        "no notification arrives through a pooler; polling alone",
        "Set `[postgres] listen_url` to the server's own address, or to `off` if polling alone is intended.")

    /// The embedded file can't be watched for changes. Field: `reason`.
    package static let fileNotWatched = EventKind(
        "file_not_watched", .warning, "50c486d590664d33a7a6693bb479e63b",
        "the file can't be watched for changes; polling for jobs instead",
        "The system has no inotify watch left (`fs.inotify.max_user_watches`, `max_user_instances`). Jobs start as "
            + "soon as before, but the daemon looks at the file every 25 ms.")

    /// Runs were stopped because the lease was about to end. Field: `count`.
    package static let leaseLost = EventKind(
        "lease_lost", .error, "b533877bb5c9a6325f8731ddc8c071c7", "the lease is lost; pipelines stopped",
        "No heartbeat succeeded for nearly `lease_seconds`, and the database may still answer other daemons, which "
            + "then take the jobs. The daemon hands the jobs back once the database answers; no start is used up.",
        says: "the lease is lost; pipelines stopped: {count} jobs")

    /// Reads of the whole queue go to the standby. Field: `address`.
    package static let standbyAnswers = EventKind(
        "standby_answers", .notice, "9472a48298fc4e1791dd4c1ad1729a72", "lists and counts are read from the standby",
        "Logged at the first such read, and when the standby answers again. `address` is that of `[postgres] read_url`.",
        says: "lists and counts are read from the standby: {address}")

    /// Reads of the whole queue go to the primary again. Field: `reason`.
    package static let standbyLeft = EventKind(
        "standby_left", .warning, "3c1d79db94784fae82788d6d2cfa75a4",
        "the standby answers no reads; the primary does",
        "The server of `[postgres] read_url` can't be reached, was promoted, or is further behind than "
            + "`read_max_age_seconds`; `reason` says which. Nothing fails: the primary answers, and the standby is tried "
            + "again every 5 seconds. `ix-worker doctor` shows the standby's state.")

    /// The daemon's entry was gone or ended, and was made again. Field: `daemon`, the daemon's id.
    package static let registeredAnew = EventKind(
        "registered_anew", .warning, "3ce39089769de53ff4d258e9afdd17d6",
        "registered anew: the database did not know this daemon",
        "The daemon's entry in `ix_daemons` was missing, or another process had declared the daemon dead. Running "
            + "jobs go on as long as their claims hold.",
        says: "registered anew: the database did not know this daemon[, now {daemon}]")

    /// Row security may hide rows from the daemon's role. Field: `tables`.
    package static let rowSecurity = EventKind(
        "row_security", .warning, "3f7d1c0b9a5e4c6d8e2f4b6a7c8d9e01",
        "row security may hide jobs from this daemon's role",
        "Checked at the start; `tables` names the tables. A job that a policy hides is never run and causes no "
            + "error. Run `ALTER TABLE … DISABLE ROW LEVEL SECURITY`, or give the role a policy that shows every "
            + "row, or BYPASSRLS.",
        says: "row security may hide jobs from this daemon's role: {tables}")

    /// The store's clock has jumped. Field: `seconds`, negative for a jump back.
    package static let storeClockJumped = EventKind(
        "store_clock_jumped", .warning, "9d0e9d2c4b7c4c0c8ad2fd2f6d1f5b52", "the database's clock has jumped",
        "The clock moved by `seconds`: it was set, or another server with another clock has taken over. No lease "
            + "ends because of the jump, and no job loses a start. After a jump back, waiting jobs and callbacks are "
            + "made due. Keep the hosts' clocks right with NTP or chrony.",
        says: "the database's clock has jumped by {seconds} s")

    /// A walk of the prune has deleted jobs. Fields: `done`, `error`, the numbers of deleted jobs.
    package static let jobsPruned = EventKind(
        "jobs_pruned", .info, "a2d849e17a994fc1a53e48dff269a3c8", "ended jobs are pruned",
        "Logged once for each pass over the jobs that found jobs past `[retention]`; `done` and `error` are the "
            + "numbers of deleted jobs.",
        says: "ended jobs are pruned: {done} done, {error} in error")

    /// The prune was refused and pauses for an hour. Field: `reason`.
    package static let pruneFailed = EventKind(
        "prune_failed", .warning, "0af439dec7254c6da92e6b21c4a7fe91", "ended jobs can't be pruned",
        "`reason` says why; the daemon tries again in an hour. The role lacks the right to `ix_prune` (run "
            + "`ix-worker migrate --roles` again), or a foreign table refers to `ix_jobs`.")

    /// A session has held the xmin horizon for too long. Fields: `holder`, `seconds`, `transactions`.
    package static let xminHorizonHeld = EventKind(
        "xmin_horizon_held", .warning, "302558ba97ee4905aa9eaf416cd6c997",
        "dead rows can't be cleared; claims slow down",
        "Logged once for each hold longer than `[postgres] xmin_horizon_warning_seconds`. `holder` names the "
            + "transaction, replication slot or standby that holds the xmin horizon. Every ended job leaves dead rows, and claims "
            + "step over these rows until the hold ends. A transaction: end it (`SELECT pg_terminate_backend(pid)`), "
            + "and set `idle_in_transaction_session_timeout`. A prepared transaction: `ROLLBACK PREPARED`. A "
            + "replication slot: drop it when its reader is gone. `ix-worker doctor` shows all holders.",
        says: "dead rows can't be cleared; claims slow down: {holder}, for {seconds} s")

    /// A reported hold of the xmin horizon has ended. Fields: `holder`, `seconds`.
    package static let xminHorizonFree = EventKind(
        "xmin_horizon_free", .info, "af12b0e7f25f43aea913c24d39852c9d", "dead rows can be cleared again",
        "`holder`, which an earlier warning named, holds the xmin horizon no longer.",
        says: "dead rows can be cleared again after {seconds} s: {holder}")

    /// The database server sent a warning; logged once for each text.
    package static let serverWarning = EventKind(
        "server_warning", .warning, "057a1a9654194c79a3e671fe8944e1dc", "warning of the database server",
        "`reason` is the server's text, logged once. Example: a collation is older than the system's library (`ALTER "
            + "DATABASE … REFRESH COLLATION VERSION` after a `REINDEX`).")

    /// The database server sent a notice; logged once for each text.
    package static let serverNotice = EventKind(
        "server_notice", .debug, "db2f2eb33b5e4221be8782afe4068c64", "notice of the database server",
        "`reason` is the server's text, logged once.")
}
