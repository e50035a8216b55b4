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

/// The columns of a claim's result, which is in the server's binary form.
private enum ClaimColumn: Int32 {
    case jobID, ixID, clientID, requestID, useCase, attempts, maxAttempts, request, isExpired, cancelRequestedAt
    case callbackURL
    /// Missing in a claim among use cases.
    case due
    /// Only in a claim of many jobs.
    case claimID
}

extension ClaimedJob {
    init(_ row: PostgresRows.Row, _ claimID: UUID) {
        func text(_ column: ClaimColumn) -> String? { row.text(at: column.rawValue) }
        self.init(
            attempt: Attempt(
                jobID: row.id(at: ClaimColumn.jobID.rawValue), attempts: row.integer(at: ClaimColumn.attempts.rawValue),
                claimID: claimID),
            maxAttempts: row.integer(at: ClaimColumn.maxAttempts.rawValue),
            names: JobNames(
                useCase: text(.useCase), clientID: text(.clientID) ?? "", requestID: text(.requestID) ?? "",
                ixID: text(.ixID) ?? ""),
            request: row.document(at: ClaimColumn.request.rawValue),
            isExpired: row.flag(at: ClaimColumn.isExpired.rawValue),
            isCancelled: !row.isNull(at: ClaimColumn.cancelRequestedAt.rawValue),
            hasCallback: !row.isNull(at: ClaimColumn.callbackURL.rawValue))
    }
}

extension PostgresRows.Row {
    /// The claimed row's position in the order of claims.
    var position: ClaimMark.Position {
        ClaimMark.Position(due: instant(at: ClaimColumn.due.rawValue), jobID: id(at: ClaimColumn.jobID.rawValue))
    }

    /// The claim of a row in the result of many claims.
    var claimID: UUID { id(at: ClaimColumn.claimID.rawValue) }
}

extension AttemptRecord {
    init(_ row: PostgresRows.Row) {
        self.init(
            attempt: row.int("attempt"), claimID: row.uuid("claim_id")!, workerID: row.uuid("worker_id"),
            startedAt: row.text("started_at"), endedAt: row.required("ended_at"),
            note: AttemptNote(
                outcome: row.required("outcome"), exitStatus: row.text("exit_status"),
                logTail: row.text("log_tail") ?? ""),
            starts: row.int("starts"))
    }
}

extension HandedBack {
    init(_ row: PostgresRows.Row) {
        self.init(
            jobID: row.uuid("job_id")!, names: row.names, status: row.status("status"),
            errorCode: row.text("error_code"), attempts: row.int("attempts"), owesCallback: row.bool("owes_callback"))
    }
}
