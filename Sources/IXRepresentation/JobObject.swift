import FoundationEssentials
package import IXCore
package import IXStore

/// A job as a JSON object without its documents, under the table's column names.
package enum JobObject {
    /// A member that a later release fills; present from the start, so that readers need no second form.
    private static let reserved = [("waits_for", "null")]

    /// Returns the object with `extra` members at the end. The error's message is null where documents are hidden.
    package static func text(_ job: Job, _ view: View = .complete, adding extra: [(String, String)] = []) -> String {
        // ignored: a row of legacy code may hold any text
        let error = job.response.flatMap { try? JSONDocument(response: $0) }?["error"]?.object
        let message = view.errorMessage(error?["message"]?.string).map { String($0.prefix(1000)) }
        let members: [(String, String)] = [
            ("error_code", JSONPairs.literal(error?["code"]?.string)), ("error_message", JSONPairs.literal(message)),
        ]
        var shown = job
        // A callback URL is shown without its user and query, which may hold credentials.
        shown.callbackURL = job.callbackURL.map(PrintedURL.shown)
        return JSONPairs(shown.columns + [("group", JSONPairs.literal(job.groupKey))] + reserved + members + extra).text
    }
}

extension JobSummary {
    /// One object under the table's column names. The members `cursor`, `age_seconds`, `error_code` and `error_message`
    /// exist only in listings, and so does `line` with the awaited jobs of a dependent job.
    package var json: String { json(.complete) }

    /// Returns the object for a reader; the error's message is null where documents are hidden.
    package func json(_ view: View) -> String {
        let texts: [(String, String?)] = [
            ("job_id", jobID.uuidString.lowercased()), ("ix_id", names.ixID.isEmpty ? nil : names.ixID),
            ("client_id", names.clientID),
            ("request_id", names.requestID), ("use_case", names.useCase), ("status", status.rawValue),
            ("callback_status", callbackStatus?.rawValue), ("created_at", createdAt), ("run_at", runAt),
            ("started_at", startedAt), ("finished_at", finishedAt),
            ("daemon_id", daemonID?.uuidString.lowercased()), ("error_code", errorCode),
            ("error_message", view.errorMessage(errorMessage)), ("queue", queue), ("group_key", groupKey),
            ("line", waits?.reason),
            ("cursor", position.cursor),
        ]
        let raw = [
            ("attempts", "\(attempts)"), ("max_attempts", "\(maxAttempts)"), ("age_seconds", JSONPairs.number(age)),
        ]
        return JSONPairs(texts.map { ($0.0, JSONPairs.literal($0.1)) } + raw).text
    }
}

/// The progress of a run as a JSON object without the log.
package enum ProgressObject {
    /// Returns the object; the message is null where documents are hidden.
    package static func text(_ record: ProgressRecord, _ view: View = .complete) -> String {
        JSONPairs([
            ("fraction", JSONPairs.number(record.progress.fraction)),
            ("message", JSONPairs.literal(view.message(record.progress.message))),
        ]).text
    }
}

/// An attempt as a JSON object.
package enum AttemptObject {
    /// Returns the object; the log is null where documents are hidden.
    package static func text(_ attempt: AttemptRecord, _ view: View = .complete) -> String {
        guard !view.showsDocuments else { return attempt.json }
        let note = AttemptNote(outcome: attempt.note.outcome, exitStatus: attempt.note.exitStatus, logTail: "")
        return AttemptRecord(
            attempt: attempt.attempt, claimID: attempt.claimID, daemonID: attempt.daemonID,
            startedAt: attempt.startedAt, endedAt: attempt.endedAt, note: note, starts: attempt.starts
        ).json
    }
}
