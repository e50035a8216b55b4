package import FoundationEssentials

/// The operations that keep the queue in order: leases of daemons, the sweep, expiry and the prune. Database role:
/// `ix_worker`.
///
/// Gains: a job whose daemon died runs again, and rows past their time are gone.
/// Guarantees: two daemons may run every operation at the same time; each row is moved once.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says. Rows locked by other
/// transactions are passed over where an operation says so.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobUpkeep {
    /// Hands orphaned jobs back (running → pending, `attempts` + 1), or ends jobs in `error` when all starts are used
    /// up; up to `limit` jobs. An orphan is a row whose daemon's lease has ended as `leases` judges, or a row without a
    /// daemon that was started so long ago that its legacy worker must be gone (PostgreSQL).
    ///
    /// Guarantees: a daemon's death charges its jobs no start, except a suspect that ran alone among suspects and a job
    /// with `max_attempts` 1. The jobs are suspects until they end, and few suspects run at a time (`SuspectRule`). A
    /// row without a daemon is charged.
    func sweepOrphans(limit: Int, leases: SweptLeases) throws(StoreError) -> [HandedBack]

    /// Clears suspects that have ended, and makes as many of the remaining suspects due as `SuspectRule` allows.
    /// Returns the counts.
    func updateSuspects() throws(StoreError) -> SuspectCount

    /// Makes jobs due that were inserted before the store's clock stepped back and so look like jobs of the future, up
    /// to 1,000 a call. Returns the number of jobs. A job scheduled with a `run_at` of its own keeps it.
    func catchUpPending() throws(StoreError) -> Int

    /// Makes callbacks due whose jobs ended before the store's clock stepped back, up to 1,000 a call. Returns the
    /// number of callbacks.
    func catchUpCallbacks() throws(StoreError) -> Int

    /// Ends pending jobs past their `expires_at` (pending → error, code `expired`), up to `limit` jobs.
    func expirePending(limit: Int) throws(StoreError) -> [HandedBack]

    /// Writes notes for batches that are over or being cancelled, so that no finisher waits for a lost note. Cost: while no
    /// batch waits, a look at an empty table.
    func lookAtBatches() throws(StoreError)

    /// Deletes progress rows of runs already over, up to `limit` rows.
    func forgetProgress(limit: Int) throws(StoreError)

    /// Returns the use cases of waiting jobs for which this daemon has no pipeline, at most 1,000, and a description of
    /// the neighbouring live daemons and of the upkeep that has work. `useCases` are the use cases with a pipeline here; nil means every use case.
    func foreignWork(_ daemonID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork

    /// Looks for work in one step of the store, and wakes the duties of the store that have work. `whole`: the look stands
    /// for an idle worker's claim, and finds a due job wherever it stands; other looks may miss a job that was committed
    /// late. Nil: a store that can't tell for less than a claim costs, so that the caller claims.
    func lookForWork(whole: Bool) throws(StoreError) -> WorkLook?

    /// Returns the queues with due jobs that no live daemon takes, at most 1,000; none while a live daemon takes every
    /// queue. Cost: an index step per waiting use case and queue with a line, where every daemon serves some queues only.
    func unservedQueues() throws(StoreError) -> [UnservedQueue]

    /// Ends pending jobs of these use cases (pending → error, code `unknown_use_case`) due for at least `age`, up to
    /// `limit` jobs.
    ///
    /// Guarantees: a job stays when a live daemon serves its use case, even if the caller names the use case.
    func endUnserved(_ useCases: [String], dueFor age: Duration, limit: Int) throws(StoreError) -> [HandedBack]

    /// Deletes ended jobs older than their retention together with everything kept about them, up to `limit` jobs. A
    /// call is a batch of bounded length in a walk through all jobs; `cursor` is `PruneBatch.next` of the batch before,
    /// nil for the first.
    ///
    /// Guarantees: a job stays, whatever its age, while it has not ended, its end has no known time, or its callback is
    /// due. No batch reads all jobs.
    /// Concurrency: rows locked by other transactions are passed over, never waited for.
    func prune(_ retention: Retention, from cursor: PruneCursor?, limit: Int) throws(StoreError) -> PruneBatch

    /// Deletes what is long over in the tables of HTTP, up to `limit` rows of each: tokens 90 days after their end or
    /// revocation, sessions and links at their end, entries of the audit after 400 days, previews at their end, and
    /// operations a day after their end; rates of queues an hour after they have their whole burst again; daemons 30 days
    /// after their lease; refused writes after 90 days or behind 100,000 newer ones; batches of exports and imports after
    /// 400 days; receipts of deleted jobs after `receipts`, a day at least. Returns the number of rows; 0 when nothing is left.
    ///
    /// Guarantees: a running operation stays, and so does whatever still counts.
    func pruneAccess(limit: Int, receipts: Duration?) throws(StoreError) -> Int

    /// Registers a daemon with a lease of this length, or renews its registration.
    func registerDaemon(_ daemon: DaemonIdentity, lease: Duration) throws(StoreError)

    /// Renews the lease (the heartbeat), even a lease already run out, and records the number of workers. Returns the
    /// store's clock and an operator's wish for a number of workers, or nil when the daemon was declared gone or is not
    /// registered. In the embedded file a lock stands for the lease, and the call writes only a changed number.
    ///
    /// Guarantees: waits for no lock on a table of jobs, so a locked job costs no lease.
    func renewLease(_ daemonID: UUID, lease: Duration, workers: Int) throws(StoreError) -> LeaseRenewal?

    /// Returns the claims by which the daemon holds jobs in the store, for comparison with the jobs the daemon really
    /// runs.
    func heldClaims(_ daemonID: UUID) throws(StoreError) -> [HeldClaim]

    /// Declares the daemon gone: its jobs are orphans at once, and its unfinished deliveries are due again.
    func endLease(_ daemonID: UUID) throws(StoreError)

    /// Records the use cases for which this daemon has pipelines, for other daemons to read; nil means every use case.
    func recordServed(_ daemonID: UUID, _ useCases: [String]?) throws(StoreError)

    /// Records the pipelines that take no jobs at this daemon at present, for operators to read.
    func recordBreakers(_ daemonID: UUID, _ breakers: [OpenBreaker]) throws(StoreError)

    /// Enters the queues of a daemon's configuration files, and returns what that changed. A key that a file names is the
    /// file's from then on: `QueueControl.setQueue` refuses it. A key that the daemon's files have named before and name no
    /// longer is free again, and so is a key of a daemon that no longer lives; both keep their values.
    ///
    /// Guarantees: of two daemons whose files differ the later call wins, and its result names the other file.
    /// Cost: nothing is written, and no admission waits, where neither the files nor the store name a key.
    func enterFile(_ file: QueueFile) throws(StoreError) -> [QueueKeyChange]

    /// Enters the schedules of a daemon's configuration files, and returns the changes. A file's schedules belong to
    /// the file from then on: `ScheduleControl.setSchedule` and `removeSchedule` refuse them. A schedule which left the
    /// daemon's files goes on and is free again, and so is a schedule of a daemon which no longer lives.
    ///
    /// Guarantees: of two daemons whose files differ the later call wins, and its result names the other file. A
    /// schedule which the store refuses is entered paused with the reason, and keeps no other schedule out; a later
    /// call with a schedule the store accepts lets it go on.
    func enterSchedules(_ file: ScheduleFile) throws(StoreError) -> [ScheduleFileChange]

    /// Returns up to `limit` schedules without a plan, up to `limit` whose moment has come, and up to `limit` that were planned
    /// by a clock that has been set back since, by more than a second. A row that can't be read is left out.
    func findSchedules(limit: Int) throws(StoreError) -> DueSchedules

    /// Moves schedules from their planned moments to the next ones without a fire, or pauses them; in one transaction. Item
    /// n of the result is false when schedule n has changed since, or another daemon works on it.
    func planSchedules(_ plans: [SchedulePlan]) throws(StoreError) -> [Bool]

    /// Inserts the jobs of planned moments that have come, and moves the schedules to the next ones; in one transaction. Item
    /// n of the result belongs to fire n.
    ///
    /// Guarantees: a moment has one job, however many daemons fire. No fire waits for another daemon's.
    func fireSchedules(_ fires: [ScheduleFire]) throws(StoreError) -> [ScheduleFire.Result]

    /// Keeps the levels of a look, for every daemon. Levels that another daemon kept within the last 8 seconds stay.
    func recordLevels(_ levels: QueueLevels, by daemonID: UUID) throws(StoreError)

    /// Hands back jobs (running → pending, without charging a start) whose claims the daemon doesn't know, because the
    /// replies to the claims were lost. Such a row names the daemon, started longer ago than `older`, and has a claim
    /// missing from `running`.
    func handBackLostClaims(_ daemonID: UUID, running: [UUID], older: Duration) throws(StoreError) -> [HandedBack]
}

extension JobUpkeep {
    /// Runs `sweepOrphans` for all daemons whose lease has run out by the store's clock.
    package func sweepOrphans(limit: Int) throws(StoreError) -> [HandedBack] {
        try sweepOrphans(limit: limit, leases: .runOut)
    }

    /// Deletes what is long over, and keeps receipts for a day.
    package func pruneAccess(limit: Int) throws(StoreError) -> Int { try pruneAccess(limit: limit, receipts: nil) }
}

/// The daemons whose leases a sweep counts as ended. A daemon declared gone always counts.
package enum SweptLeases: Sendable, Equatable {
    /// Also daemons whose lease has run out by the store's clock.
    case runOut
    /// Also daemons whose lease had run out at this moment, in seconds since 1970.
    /// Requires: a moment not ahead of the store's clock.
    case runOutBefore(Double)
    /// Only daemons declared gone.
    case ended
}

extension JobUpkeep {
    /// Nil: the default of a store in which a claim that finds no job costs little.
    package func lookForWork(whole: Bool) throws(StoreError) -> WorkLook? { nil }

    /// Does nothing: the default of a store without batches.
    package func lookAtBatches() throws(StoreError) {}
}
