import FoundationEssentials
import IXCore
import IXStore

extension PostgresRows.Row {
    func status(_ column: String) -> JobStatus { JobStatus(rawValue: required(column)) ?? .error }

    var names: JobNames {
        JobNames(
            useCase: text("use_case"), clientID: required("client_id"), requestID: required("request_id"),
            ixID: required("ix_id"))
    }
}

extension Job {
    init(_ row: PostgresRows.Row) {
        self.init(
            jobID: row.uuid("job_id")!, ixID: row.required("ix_id"), clientID: row.required("client_id"),
            requestID: row.required("request_id"), useCase: row.text("use_case"), status: row.status("status"),
            request: row.required("request"), response: row.text("response"), callbackURL: row.text("callback_url"),
            callbackStatus: row.text("callback_status").flatMap(CallbackStatus.init),
            attempts: row.text("attempts").flatMap(Int.init) ?? 0, maxAttempts: row.int("max_attempts"),
            priority: row.int("priority"), createdAt: row.text("created_at") ?? "", runAt: row.text("run_at"),
            startedAt: row.text("started_at"), finishedAt: row.text("finished_at"),
            expiresAt: row.text("expires_at"), claimID: row.uuid("claim_id"),
            finishedClaim: row.uuid("finished_claim"), workerID: row.uuid("worker_id"),
            cancelRequestedAt: row.text("cancel_requested_at"), resubmitOf: row.uuid("resubmit_of"))
    }
}

extension Inserted {
    init?(_ row: PostgresRows.Row) {
        guard let jobID = row.uuid("job_id") else { return nil }
        self.init(
            jobID: jobID, ixID: row.required("ix_id"), status: row.status("status"),
            isDuplicate: row.bool("duplicate"), differs: row.bool("differs"))
    }
}

extension ClaimedJob {
    init(_ row: PostgresRows.Row, _ claimID: UUID) {
        self.init(
            attempt: Attempt(jobID: row.uuid("job_id")!, attempts: row.int("attempts"), claimID: claimID),
            maxAttempts: row.int("max_attempts"), names: row.names, request: row.text("request"),
            isExpired: row.bool("expired"), isCancelled: row.bool("cancelled"), hasCallback: row.bool("has_callback"))
    }
}

extension PostgresRows.Row {
    /// Of a claim's row: where it stood in the order.
    var position: ClaimMark.Position { ClaimMark.Position(due: required("due"), jobID: required("job_id")) }

    /// Of a claim's row: whether that is before the mark.
    var isBehind: Bool { bool("behind") }
}

extension AttemptRecord {
    init(_ row: PostgresRows.Row) {
        self.init(
            attempt: row.int("attempt"), claimID: row.uuid("claim_id")!, workerID: row.uuid("worker_id"),
            startedAt: row.text("started_at"), endedAt: row.required("ended_at"),
            note: AttemptNote(
                outcome: row.required("outcome"), exitStatus: row.text("exit_status"),
                logTail: row.text("log_tail") ?? ""))
    }
}

extension HandedBack {
    init(_ row: PostgresRows.Row) {
        self.init(
            jobID: row.uuid("job_id")!, names: row.names, status: row.status("status"),
            errorCode: row.text("error_code"), attempts: row.int("attempts"), owesCallback: row.bool("owes_callback"))
    }
}
