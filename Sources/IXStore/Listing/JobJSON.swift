import FoundationEssentials
package import IXCore

extension Job {
    /// Returns the row as one JSON object under the table's column names, with `extra` members at the end. Documents
    /// are inserted as stored.
    package func json(adding extra: [(String, String)] = []) -> String {
        let documents = [("request", request.isEmpty ? "null" : request), ("response", response ?? "null")]
        return JSONPairs(columns + documents + extra).text
    }

    /// The row's members but the documents, in order: names of columns and JSON texts.
    package var columns: [(String, String)] {
        let texts: [(String, String?)] = [
            ("job_id", jobID.column), ("ix_id", ixID.presence), ("client_id", clientID.presence),
            ("request_id", requestID.presence),
            ("use_case", useCase), ("status", status.rawValue), ("callback_url", callbackURL),
            ("callback_status", callbackStatus?.rawValue), ("created_at", createdAt), ("run_at", runAt),
            ("started_at", startedAt), ("finished_at", finishedAt), ("expires_at", expiresAt),
            ("claim_id", claimID?.column), ("finished_claim", finishedClaim?.column), ("daemon_id", daemonID?.column),
            ("cancel_requested_at", cancelRequestedAt), ("resubmit_of", resubmitOf?.column), ("queue", queue),
            ("group_key", groupKey), ("batch_id", batchID?.column),
        ]
        let raw = [
            ("attempts", "\(attempts)"), ("max_attempts", "\(maxAttempts)"), ("priority", "\(priority)"),
        ]
        return texts.map { ($0.0, JSONPairs.literal($0.1)) } + raw
    }
}

extension JobRecord {
    /// The row as a JSON object with the kept attempts under `ix_attempts`.
    package var json: String { json(nil) }

    /// Returns the row as a JSON object with the attempts, with the progress of the current run under `ix_progress`, and
    /// with the reason for which the job stands in a line under `ix_line`. `extra` members stand behind these.
    package func json(
        _ progress: ProgressRecord?, _ line: LineState? = nil, adding extra: [(String, String)] = []
    ) -> String {
        let now = progress.map { record in
            JSONPairs([
                ("fraction", JSONPairs.number(record.progress.fraction)),
                ("message", JSONPairs.literal(record.progress.message)),
                ("updated_at", JSONPairs.literal(record.updatedAt)),
            ]).text
        }
        return job.json(
            adding: (now.map { [("ix_progress", $0)] } ?? [])
                + (line?.reason.map { [("ix_line", JSONPairs.literal($0))] } ?? []) + [
                    ("ix_attempts", "[" + attempts.map(\.json).joined(separator: ",") + "]")
                ] + (isCallbackDue ? [("ix_callback_due", "true")] : []) + extra)
    }
}

extension AttemptRecord {
    /// The attempt as a JSON object under the table's column names.
    package var json: String {
        JSONPairs([
            ("attempt", "\(attempt)"), ("claim_id", JSONPairs.literal(claimID.column)),
            ("daemon_id", JSONPairs.literal(daemonID?.column)), ("started_at", JSONPairs.literal(startedAt)),
            ("ended_at", JSONPairs.literal(endedAt)), ("outcome", JSONPairs.literal(note.outcome)),
            ("exit_status", JSONPairs.literal(note.exitStatus)), ("log_tail", JSONPairs.literal(note.logTail)),
            ("starts", "\(starts)"),
        ]).text
    }
}

extension String {
    /// Nil for an empty text, because legacy code left the column null.
    fileprivate var presence: String? { isEmpty ? nil : self }
}

extension UUID {
    fileprivate var column: String { uuidString.lowercased() }
}
