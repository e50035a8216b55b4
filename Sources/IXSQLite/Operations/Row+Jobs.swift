import FoundationEssentials
import GRDB
import IXCore
import IXStore

extension Row {
    /// Returns the status. The table's checks accept no other word.
    func status(_ column: String) throws(StoreError) -> JobStatus {
        guard let status = (self[column] as String?).flatMap(JobStatus.init) else { throw Self.unreadable(column) }
        return status
    }

    /// Returns the id in a column that is never null, unless a writer bypassed the table's checks.
    func id(_ column: String) throws(StoreError) -> UUID {
        guard let id = uuid(column) else { throw Self.unreadable(column) }
        return id
    }

    private static func unreadable(_ column: String) -> StoreError {
        StoreError(
            .unreadable, operation: "read", message: "column \(column) holds what the table's checks don't let in")
    }

    func uuid(_ column: String) -> UUID? { (self[column] as String?).flatMap(UUID.init(uuidString:)) }

    /// Returns a document in its normal form. Rows of writers that bypassed the checks may hold another form.
    func document(_ column: String) -> String? {
        guard let text = self[column] as String? else { return nil }
        // ignored: a text that isn't a document is returned unchanged
        return (try? JSONNormalForm.of(text)) ?? text
    }

    var names: JobNames {
        JobNames(
            useCase: self["use_case"], clientID: self["client_id"], requestID: self["request_id"], ixID: self["ix_id"])
    }
}

extension Job {
    init(_ row: Row) throws {
        try self.init(
            jobID: row.id("job_id"), ixID: row["ix_id"], clientID: row["client_id"], requestID: row["request_id"],
            useCase: row["use_case"], status: row.status("status"), request: row.document("request") ?? "",
            response: row.document("response"), callbackURL: row["callback_url"],
            callbackStatus: (row["callback_status"] as String?).flatMap(CallbackStatus.init),
            attempts: row["attempts"], maxAttempts: row["max_attempts"], priority: row["priority"],
            createdAt: row["created_at"], runAt: row["run_at"], startedAt: row["started_at"],
            finishedAt: row["finished_at"], expiresAt: row["expires_at"], claimID: row.uuid("claim_id"),
            finishedClaim: row.uuid("finished_claim"), daemonID: row.uuid("daemon_id"),
            cancelRequestedAt: row["cancel_requested_at"], resubmitOf: row.uuid("resubmit_of"),
            queue: row["queue"], groupKey: row["group_key"], batchID: row.uuid("batch_id"),
            traceContext: row["trace_context"])
    }
}

extension ClaimedJob {
    convenience init(_ row: Row, _ claim: Claim, at now: Timestamp) throws {
        try self.init(
            attempt: Attempt(jobID: row.id("job_id"), attempts: row["attempts"], claimID: claim.claimID),
            maxAttempts: row["max_attempts"], names: row.names, request: row.document("request"),
            isExpired: row["expired"], isCancelled: row["cancelled"], hasFollowers: row["has_followers"],
            waited: (row["due"] as String?).flatMap { now.seconds(since: $0) }.map { .seconds(max($0, 0)) },
            traceContext: row["trace_context"])
    }
}

extension AttemptRecord {
    init(_ row: Row) throws {
        try self.init(
            attempt: row["attempt"], claimID: row.id("claim_id"), daemonID: row.uuid("daemon_id"),
            startedAt: row["started_at"],
            endedAt: row["ended_at"],
            note: AttemptNote(
                outcome: row["outcome"], exitStatus: row["exit_status"], logTail: row["log_tail"] ?? ""),
            starts: row["starts"])
    }
}

extension JobSummary {
    init(_ row: Row, _ now: Timestamp) throws {
        try self.init(
            jobID: row.id("job_id"), names: row.names, status: row.status("status"), attempts: row["attempts"],
            maxAttempts: row["max_attempts"],
            callbackStatus: (row["callback_status"] as String?).flatMap(CallbackStatus.init),
            daemonID: row.uuid("daemon_id"), createdAt: row["created_at"], runAt: row["run_at"],
            startedAt: row["started_at"], finishedAt: row["finished_at"],
            age: now.seconds(since: row["created_at"]) ?? 0, errorCode: row["error_code"],
            errorMessage: row["error_message"])
        (queue, groupKey) = (row["queue"], row["group_key"])
        waits = (row["parents"] as Int?).map { LineState(after: $0, such: row["parent"]) }
    }
}

extension UseCaseCounts {
    init(_ row: Row, _ now: Timestamp) {
        self.init(useCase: row["name"])
        due = row["due"]
        scheduled = row["scheduled"]
        running = row["running"]
        done = row["done"]
        error = row["error"]
        (held, failedStarts) = (row["held"], row["failed_starts"])
        oldestDue = now.seconds(since: row["oldest"]).flatMap { $0 >= 0 ? $0 : nil }
        callbacksDelivered = row["delivered"]
        callbacksFailed = row["undelivered"]
        callbacksOutstanding = row["outstanding"]
    }
}

extension DaemonLease {
    init(_ row: Row) throws {
        let daemon = DaemonIdentity(
            daemonID: try row.id("daemon_id"), instance: row["instance"], host: row["host"],
            pid: Int32(clamping: row["pid"] as Int),
            version: row["version"], serves: ServedUseCases.read(row["serves"]),
            queues: ServedUseCases.read(row["queues"]), workers: row["workers"])
        self.init(
            daemon: daemon, startedAt: row["started_at"], jobs: row["running"], leaseLeft: nil,
            openBreakers: OpenBreaker.read(row["open_breakers"]), wantedWorkers: row["wanted_workers"])
    }
}

extension Timestamp {
    func seconds(since text: String?) -> Double? {
        guard let then = text.flatMap(Timestamp.init) else { return nil }
        return Double(microseconds - then.microseconds) / 1e6
    }
}
