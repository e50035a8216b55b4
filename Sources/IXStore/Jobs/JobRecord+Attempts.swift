import IXCore

extension JobRecord {
    /// Every ended start, at most the newest 100: the kept attempts and the start that ended the job. When the ending
    /// start left no row, the job's row supplies it.
    package var endedAttempts: [AttemptRecord] {
        guard let claimID = job.finishedClaim, let finishedAt = job.finishedAt,
            !attempts.contains(where: { $0.claimID == claimID })
        else { return attempts }
        let outcome = job.status == .done ? AttemptOutcome.complete.rawValue : errorCode ?? "error"
        return attempts + [
            AttemptRecord(
                attempt: job.attempts + 1, claimID: claimID, daemonID: job.daemonID, startedAt: job.startedAt,
                endedAt: finishedAt, note: AttemptNote(outcome: outcome, exitStatus: nil, logTail: ""))
        ]
    }

    /// The code of the error in the job's response; nil for none.
    package var errorCode: String? {
        // ignored: a row of legacy code may hold any text
        job.response.flatMap { try? JSONDocument(response: $0) }?["error"]?.object?["code"]?.string
    }
}
