import Logging

extension EventKind {
    static let storeEvents: [EventKind] = [
        storeAway, storeStillAway, storeBack, listenerLost, listenerBack, listenerPooled, fileNotWatched, leaseLost,
        registeredAnew, storeClockJumped, jobsPruned, pruneFailed, horizonHeld, horizonFree, rowSecurity,
        serverWarning, serverNotice,
    ]

    /// An outage of the store has begun. Field: `reason`.
    public static let storeAway = EventKind(
        "store_away", .warning, "844c89c0cbb3dc92718e19cc64073c61", "the store does not answer; waiting for it",
        "Once, when a fresh connection failed, too; the reason is beside it, behind the statement that failed. Results are kept "
            + "until it answers. Running pipelines go on; where the database may be there for other daemons, they are stopped "
            + "before the lease ends."
    )

    /// The outage has another reason now; logged once for each reason. Field: `reason`.
    public static let storeStillAway = EventKind(
        "store_still_away", .warning, "5e8a4f0d7c1b4e6f9a2d3c4b5a697881",
        "the store does not answer, for another reason now",
        "Once for each reason of an outage: a server that refused connections starts, then asks for a password, and so on."
    )

    /// An outage has ended. Field: `seconds`, the outage's length.
    public static let storeBack = EventKind(
        "store_back", .notice, "be7be828223b6104eaa5043ae0befe2c", "the store answers again",
        "`seconds` says how long it was away.")

    /// The notification connection failed twice in a row. Field: `reason`.
    public static let listenerLost = EventKind(
        "listener_lost", .warning, "9ec70553c9983cb53c4d4fe9d7523aa4", "listener lost its connection; polling goes on",
        "Jobs are picked up within `poll_seconds` until `listener is back`.")

    /// The notification connection works again.
    public static let listenerBack = EventKind(
        "listener_back", .notice, "f2099f119b376b45be16d3b66d3c9ce6", "listener is back")

    /// The notification connection leads to a pooler, which passes no notifications.
    public static let listenerPooled = EventKind(
        "listener_pooled", .warning, "5b0d3a0d4a3f4d0e8f6d0f0c2c9f7a31",
        "behind a pooler no notification arrives; polling alone",
        "Set `[postgres] listen_url` to the server's own address, or to `off` when polling alone is meant.")

    /// The embedded file can't be watched for changes. Field: `reason`.
    public static let fileNotWatched = EventKind(
        "file_not_watched", .warning, "50c486d590664d33a7a6693bb479e63b",
        "changes of the file can't be watched; looking for jobs instead",
        "The system has no inotify watch left (`fs.inotify.max_user_watches`, `max_user_instances`). Jobs are noticed as "
            + "soon, at the price of a look every 25 ms.")

    /// Runs were stopped because the lease was about to end. Field: `count`.
    public static let leaseLost = EventKind(
        "lease_lost", .error, "b533877bb5c9a6325f8731ddc8c071c7", "the lease is lost; pipelines stopped",
        "No heartbeat got through for nearly `lease_seconds`, and nothing shows that the database is down for all: others may "
            + "take the jobs. They are handed back, at no cost, once the database answers.")

    /// The daemon's entry was gone or ended, and was made again. Field: `worker`, the daemon's id.
    public static let registeredAnew = EventKind(
        "registered_anew", .warning, "3ce39089769de53ff4d258e9afdd17d6",
        "registered anew: the database did not know this daemon",
        "Its entry in `ix_workers` was gone, or another process had declared it dead; what runs goes on where its claim still "
            + "stands.")

    /// Row security may hide rows from the daemon's role. Field: `tables`.
    public static let rowSecurity = EventKind(
        "row_security", .warning, "3f7d1c0b9a5e4c6d8e2f4b6a7c8d9e01",
        "row security may hide jobs from this daemon's role",
        "At the start: `tables` names where. A job that a policy hides is never run, and no error says so. "
            + "`ALTER TABLE … DISABLE ROW LEVEL SECURITY`, or a policy that lets the role see every row, or BYPASSRLS for it."
    )

    /// The store's clock has jumped. Field: `seconds`, negative for a jump back.
    public static let storeClockJumped = EventKind(
        "store_clock_jumped", .warning, "9d0e9d2c4b7c4c0c8ad2fd2f6d1f5b52", "the database's clock has jumped",
        "By `seconds`: it was set, or another server with another clock has taken over. No lease ends by it and no job loses a "
            + "start; after a jump back, jobs and callbacks that wait are made due. Let the hosts keep their clocks by NTP or chrony."
    )

    /// A walk of the prune has deleted jobs. Fields: `done`, `error`, the numbers of deleted jobs.
    public static let jobsPruned = EventKind(
        "jobs_pruned", .info, "a2d849e17a994fc1a53e48dff269a3c8", "ended jobs are pruned",
        "Once for each walk through the jobs that found some past `[retention]`; `done` and `error` say how many.")

    /// The prune was refused and pauses for an hour. Field: `reason`.
    public static let pruneFailed = EventKind(
        "prune_failed", .warning, "0af439dec7254c6da92e6b21c4a7fe91", "ended jobs can't be pruned",
        "The reason is beside it; tried again in an hour. A role lacks the right to `ix_prune` (run `ix-worker migrate "
            + "--roles` again), or a foreign table refers to `ix_jobs`.")

    /// A session has held the xmin horizon for too long. Fields: `holder`, `seconds`, `transactions`.
    public static let horizonHeld = EventKind(
        "horizon_held", .warning, "302558ba97ee4905aa9eaf416cd6c997",
        "somebody keeps dead rows from being cleared; claims slow down",
        "Once for each hold longer than `[postgres] horizon_warning_seconds`; `holder` names it. Every ended job leaves dead "
            + "rows, and claims step over them until it lets go. A transaction: end it (`SELECT pg_terminate_backend(pid)`), "
            + "and set `idle_in_transaction_session_timeout`. A prepared one: `ROLLBACK PREPARED`. A replication slot: drop "
            + "it when its reader is gone. `ix-worker doctor` shows all of them.")

    /// A reported hold of the xmin horizon has ended. Fields: `holder`, `seconds`.
    public static let horizonFree = EventKind(
        "horizon_free", .info, "af12b0e7f25f43aea913c24d39852c9d", "dead rows can be cleared again",
        "Who held on to them, told of before, has let go.")

    /// The database server sent a warning; logged once for each text.
    public static let serverWarning = EventKind(
        "server_warning", .warning, "057a1a9654194c79a3e671fe8944e1dc", "the database server warns",
        "Its words are beside it, told once each: a collation that is older than the system's library, say "
            + "(`ALTER DATABASE … REFRESH COLLATION VERSION` after a `REINDEX`).")

    /// The database server sent a notice; logged once for each text.
    public static let serverNotice = EventKind(
        "server_notice", .debug, "db2f2eb33b5e4221be8782afe4068c64", "the database server says something",
        "Its words are beside it, told once each.")
}
