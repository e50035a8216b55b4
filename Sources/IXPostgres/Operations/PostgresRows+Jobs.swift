import FoundationEssentials
import IXCore
import IXStore

extension PostgresRows.Row {
    /// Other code may have written any word; only four are statuses.
    func status(_ column: String) throws(StoreError) -> JobStatus {
        guard let status = JobStatus(rawValue: string(column)) else {
            let word = text(column).map { "'\(PrintedText.safe(String($0.prefix(40))))'" } ?? "null"
            throw StoreError(
                .unreadable, operation: "read",
                message: "the job's status is \(word), not pending, running, done or error")
        }
        return status
    }

    var names: JobNames {
        JobNames(
            useCase: text("use_case"), clientID: string("client_id"), requestID: string("request_id"),
            ixID: string("ix_id"))
    }
}

extension Job {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        try self.init(
            jobID: row.id("job_id"), ixID: row.string("ix_id"), clientID: row.string("client_id"),
            requestID: row.string("request_id"), useCase: row.text("use_case"), status: row.status("status"),
            request: row.string("request"), response: row.text("response"), callbackURL: row.text("callback_url"),
            callbackStatus: row.text("callback_status").flatMap(CallbackStatus.init),
            attempts: row.text("attempts").flatMap(Int.init) ?? 0, maxAttempts: row.int("max_attempts"),
            priority: row.int("priority"), createdAt: row.time("created_at") ?? "", runAt: row.time("run_at"),
            startedAt: row.time("started_at"), finishedAt: row.time("finished_at"),
            expiresAt: row.time("expires_at"), claimID: row.uuid("claim_id"),
            finishedClaim: row.uuid("finished_claim"), daemonID: row.uuid("daemon_id"),
            cancelRequestedAt: row.time("cancel_requested_at"), resubmitOf: row.uuid("resubmit_of"),
            queue: row.text("queue"), groupKey: row.text("group_key"), batchID: row.uuid("batch_id"),
            traceContext: row.text("trace_context"))
    }
}

extension InsertResult {
    init?(_ row: PostgresRows.Row) throws(StoreError) {
        guard let jobID = row.uuid("job_id") else { return nil }
        try self.init(
            jobID: jobID, ixID: row.text("ix_id") ?? "", status: row.text("status") == nil ? nil : row.status("status"),
            isDuplicate: row.bool("duplicate"), differs: row.bool("differs"))
        replaces = row.uuid("replaces")
    }
}

/// The columns of a claim's result, which is in the server's binary form.
private enum ClaimColumn: Int32 {
    case jobID, ixID, clientID, requestID, useCase, attempts, maxAttempts, request, isExpired, cancelRequestedAt
    case callbackURL
    /// The time of the claim, and the time at which the job was due.
    case now, due
    case traceContext
    /// The places of the job and of its declaration.
    case place, declaration
    /// Only in a claim of many jobs; in a claim of a job with a turn, true for one that starts before plain jobs.
    case claimID
}

extension ClaimedJob {
    convenience init(_ row: PostgresRows.Row, _ claimID: UUID) throws(StoreError) {
        func text(_ column: ClaimColumn) -> String? { row.text(at: column.rawValue) }
        try self.init(
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
            hasFollowers: !row.isNull(at: ClaimColumn.callbackURL.rawValue), waited: row.waited(),
            traceContext: text(.traceContext))
    }
}

extension PostgresRows.Row {
    /// Returns the time from the moment at which the job was due to the claim; nil for a moment that isn't finite.
    fileprivate func waited() throws(StoreError) -> Duration? {
        let (now, due) = (
            try instant(at: ClaimColumn.now.rawValue), try instant(at: ClaimColumn.due.rawValue)
        )
        let (microseconds, isTooLong) = now.subtractingReportingOverflow(due)
        return isTooLong ? nil : .microseconds(max(microseconds, 0))
    }

    /// Returns the position in the order of claims, from a row of a claim.
    func position() throws(StoreError) -> ClaimMark.Position {
        ClaimMark.Position(
            due: try instant(at: ClaimColumn.due.rawValue), jobID: try id(at: ClaimColumn.jobID.rawValue))
    }

    /// The job's place after the claim.
    var place: Place? { place(at: ClaimColumn.place.rawValue) }

    /// The place of the claim's declaration.
    var declaration: Place? { place(at: ClaimColumn.declaration.rawValue) }

    /// True for a job that starts before plain ones; from a row of `claim_ready`.
    var isUrgent: Bool { flag(at: ClaimColumn.claimID.rawValue) }

    /// Returns the claim's id, from a row of a statement with many claims.
    func claimID() throws(StoreError) -> UUID { try id(at: ClaimColumn.claimID.rawValue) }
}

extension AttemptRecord {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        try self.init(
            attempt: row.int("attempt"), claimID: row.id("claim_id"), daemonID: row.uuid("daemon_id"),
            startedAt: row.time("started_at"), endedAt: row.time("ended_at") ?? "",
            note: AttemptNote(
                outcome: row.string("outcome"), exitStatus: row.text("exit_status"),
                logTail: row.text("log_tail") ?? ""),
            starts: row.int("starts"))
    }
}

extension HandedBack {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        try self.init(
            jobID: row.id("job_id"), names: row.names, status: row.status("status"),
            errorCode: row.text("error_code"), attempts: row.int("attempts"), isCallbackDue: row.bool("is_callback_due")
        )
    }
}
