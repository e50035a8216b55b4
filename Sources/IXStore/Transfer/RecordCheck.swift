import IXCore
import IXSchedules

/// The rules for a row from an export. A row which no store could have produced is refused.
struct RecordCheck {
    private let job: Job
    private let attempts: [AttemptRecord]
    private let isCallbackDue: Bool
    private let wait: JobWait?

    init(_ record: JobRecord) {
        wait = record.wait
        job = record.job
        attempts = record.attempts
        isCallbackDue = record.isCallbackDue
    }

    /// Throws `InvalidInput` naming the first wrong field.
    func run() throws(InvalidInput) {
        for (field, key) in [
            ("ix_id", job.ixID), ("client_id", job.clientID), ("request_id", job.requestID),
            ("use_case", job.useCase ?? "none"),
        ] { try Keys.validated(key, field: field) }
        if job.clientID == ScheduleKey.client, !ScheduleKey.isFire(job.requestID) { throw ScheduleKey.refusal }
        if let url = job.callbackURL { try Keys.validatedURL(url) }
        try checkNumbers()
        try checkTimes()
        if job.status.isTerminal { try checkEnded() } else { try checkPending() }
        if isCallbackDue, !job.status.isTerminal || job.callbackURL == nil {
            throw InvalidInput("ix_callback_due", "must be absent: the job has not ended or has no callback URL")
        }
        try checkWait()
        for attempt in attempts { try check(attempt) }
    }

    /// Only a pending job waits, and never for itself.
    private func checkWait() throws(InvalidInput) {
        guard job.batchID != job.jobID else { throw InvalidInput("batch_id", "is the job's own id") }
        guard let wait else { return }
        guard job.status == .pending else { throw InvalidInput("waits", "must be absent: the job is not pending") }
        guard case .parents(let parents) = wait else { return }
        guard !parents.contains(where: { $0.jobID == job.jobID }) else {
            throw InvalidInput("after", "names the job itself")
        }
    }

    private func checkNumbers() throws(InvalidInput) {
        guard (0...Int(Int32.max)).contains(job.attempts) else {
            throw InvalidInput("attempts", "is not 0 to \(Int32.max)")
        }
        // Starts that cost nothing have raised both.
        guard job.maxAttempts >= 0, job.maxAttempts - job.attempts <= Limits.mostAttempts, job.maxAttempts <= Int32.max
        else {
            throw InvalidInput("max_attempts", "must be 0 (no limit) to \(Limits.mostAttempts)")
        }
        guard (-Limits.priority...Limits.priority).contains(job.priority) else {
            throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
        }
    }

    private func checkTimes() throws(InvalidInput) {
        for (field, time) in [
            ("created_at", job.createdAt), ("started_at", job.startedAt), ("finished_at", job.finishedAt),
            ("cancel_requested_at", job.cancelRequestedAt),
        ] { try check(time, field) }
    }

    private func checkEnded() throws(InvalidInput) {
        guard job.response != nil else { throw InvalidInput("response", "is missing, but the job has ended") }
        guard job.finishedAt != nil else { throw InvalidInput("finished_at", "is missing, but the job has ended") }
    }

    /// A pending job must not carry any part of a claim.
    private func checkPending() throws(InvalidInput) {
        for (field, isThere) in [
            ("response", job.response != nil), ("finished_at", job.finishedAt != nil), ("claim_id", job.claimID != nil),
            ("finished_claim", job.finishedClaim != nil), ("daemon_id", job.daemonID != nil),
            ("callback_status", job.callbackStatus != nil),
        ] where isThere { throw InvalidInput(field, "must be absent: the job is pending") }
    }

    private func check(_ attempt: AttemptRecord) throws(InvalidInput) {
        guard (0...Int(Int32.max)).contains(attempt.attempt) else {
            throw InvalidInput("ix_attempts.attempt", "must be 0…\(Int32.max)")
        }
        guard (1...Int(Int32.max)).contains(attempt.starts) else {
            throw InvalidInput("ix_attempts.starts", "must be 1…\(Int32.max)")
        }
        try check(attempt.startedAt, "ix_attempts.started_at")
        try check(attempt.endedAt, "ix_attempts.ended_at")
    }

    private func check(_ time: String?, _ field: String) throws(InvalidInput) {
        guard let time, !TimeText.isTime(time) else { return }
        throw InvalidInput(field, "is no time; write it like 2026-03-04T05:06:07.000008Z")
    }
}
