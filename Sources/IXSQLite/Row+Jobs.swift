import FoundationEssentials
import GRDB
import IXCore
import IXStore

extension Row {
    func status(_ column: String) -> JobStatus { JobStatus(rawValue: self[column]) ?? .error }
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
    init(_ row: Row) {
        self.init(
            jobID: row.uuid("job_id")!, ixID: row["ix_id"], clientID: row["client_id"], requestID: row["request_id"],
            useCase: row["use_case"], status: row.status("status"), request: row.document("request")!,
            response: row.document("response"), callbackURL: row["callback_url"],
            callbackStatus: (row["callback_status"] as String?).flatMap(CallbackStatus.init),
            attempts: row["attempts"], maxAttempts: row["max_attempts"], priority: row["priority"],
            createdAt: row["created_at"], runAt: row["run_at"], startedAt: row["started_at"],
            finishedAt: row["finished_at"], expiresAt: row["expires_at"], claimID: row.uuid("claim_id"),
            finishedClaim: row.uuid("finished_claim"), workerID: row.uuid("worker_id"),
            cancelRequestedAt: row["cancel_requested_at"], resubmitOf: row.uuid("resubmit_of"))
    }
}

extension ClaimedJob {
    init(_ row: Row, _ claim: Claim) {
        self.init(
            attempt: Attempt(jobID: row.uuid("job_id")!, attempts: row["attempts"], claimID: claim.claimID),
            maxAttempts: row["max_attempts"], names: row.names, request: row.document("request"),
            isExpired: row["expired"], isCancelled: row["cancelled"], hasCallback: row["has_callback"])
    }
}

extension AttemptRecord {
    init(_ row: Row) {
        self.init(
            attempt: row["attempt"], claimID: row.uuid("claim_id")!, workerID: row.uuid("worker_id"),
            startedAt: row["started_at"],
            endedAt: row["ended_at"],
            note: AttemptNote(
                outcome: row["outcome"], exitStatus: row["exit_status"], logTail: row["log_tail"] ?? ""),
            starts: row["starts"])
    }
}

extension JobSummary {
    init(_ row: Row, _ now: Timestamp) {
        self.init(
            jobID: row.uuid("job_id")!, names: row.names, status: row.status("status"), attempts: row["attempts"],
            maxAttempts: row["max_attempts"],
            callbackStatus: (row["callback_status"] as String?).flatMap(CallbackStatus.init),
            workerID: row.uuid("worker_id"), createdAt: row["created_at"], runAt: row["run_at"],
            startedAt: row["started_at"], finishedAt: row["finished_at"],
            age: now.seconds(since: row["created_at"]) ?? 0, errorCode: row["error_code"],
            errorMessage: row["error_message"])
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
        failedStarts = row["failed_starts"]
        oldestDue = now.seconds(since: row["oldest"]).flatMap { $0 >= 0 ? $0 : nil }
        callbacksDelivered = row["delivered"]
        callbacksFailed = row["undelivered"]
        callbacksOutstanding = row["outstanding"]
    }
}

extension WorkerLease {
    init(_ row: Row) {
        let worker = WorkerIdentity(
            workerID: row.uuid("worker_id")!, instance: row["instance"], host: row["host"], pid: row["pid"],
            version: row["version"], serves: ServedUseCases.read(row["serves"]))
        self.init(
            worker: worker, startedAt: row["started_at"], jobs: row["running"], leaseLeft: nil,
            openBreakers: OpenBreaker.read(row["open_breakers"]))
    }
}

extension Timestamp {
    fileprivate func seconds(since text: String?) -> Double? {
        guard let then = text.flatMap(Timestamp.init) else { return nil }
        return Double(microseconds - then.microseconds) / 1e6
    }
}
