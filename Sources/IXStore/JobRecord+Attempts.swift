import IXCore

extension JobRecord {
    /// Every start that has ended, the newest 100 at most of a job that starts without end: those that are kept, and
    /// the one that ended the job, of which the row itself tells when it had nothing more to say.
    package var endedAttempts: [AttemptRecord] {
        guard let claimID = job.finishedClaim, let finishedAt = job.finishedAt,
            !attempts.contains(where: { $0.claimID == claimID })
        else { return attempts }
        let outcome = job.status == .done ? AttemptOutcome.complete.rawValue : errorCode ?? "error"
        return attempts + [
            AttemptRecord(
                attempt: job.attempts + 1, claimID: claimID, workerID: job.workerID, startedAt: job.startedAt,
                endedAt: finishedAt, note: AttemptNote(outcome: outcome, exitStatus: nil, logTail: ""))
        ]
    }

    private var errorCode: String? {
        // ignored: a row of old code may hold anything
        job.response.flatMap { try? JSONDocument(response: $0) }?["error"]?.object?["code"]?.string
    }
}
