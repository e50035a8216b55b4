import FoundationEssentials
import IXCore
import IXStore

extension Job {
    /// The row as one JSON object under the table's column names; documents stand in it as they are stored.
    func json(adding extra: [(String, String)] = []) -> String {
        let texts: [(String, String?)] = [
            ("job_id", jobID.uuidString.lowercased()), ("ix_id", ixID), ("client_id", clientID),
            ("request_id", requestID), ("use_case", useCase), ("status", status.rawValue),
            ("callback_url", callbackURL), ("callback_status", callbackStatus?.rawValue), ("created_at", createdAt),
            ("run_at", runAt), ("started_at", startedAt), ("finished_at", finishedAt), ("expires_at", expiresAt),
            ("claim_id", claimID?.uuidString.lowercased()), ("finished_claim", finishedClaim?.uuidString.lowercased()),
            ("worker_id", workerID?.uuidString.lowercased()),
        ]
        let raw = [
            ("attempts", "\(attempts)"), ("max_attempts", "\(maxAttempts)"), ("priority", "\(priority)"),
            ("request", request), ("response", response ?? "null"),
        ]
        return JSONPairs(texts.map { ($0.0, JSONPairs.literal($0.1)) } + raw + extra).text
    }

    func json(attempts records: [AttemptRecord]) -> String {
        json(adding: [("ix_attempts", "[" + records.map(\.json).joined(separator: ",") + "]")])
    }
}

extension AttemptRecord {
    var json: String {
        JSONPairs([
            ("attempt", "\(attempt)"), ("worker_id", JSONPairs.literal(workerID?.uuidString.lowercased())),
            ("started_at", JSONPairs.literal(startedAt)), ("ended_at", JSONPairs.literal(endedAt)),
            ("outcome", JSONPairs.literal(note.outcome)), ("exit_status", JSONPairs.literal(note.exitStatus)),
            ("log_tail", JSONPairs.literal(note.logTail)),
        ]).text
    }
}

/// An object from names and JSON texts, in their order.
struct JSONPairs {
    let text: String

    init(_ pairs: [(String, String)]) {
        text = "{" + pairs.map { JSONString.encode($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    static func literal(_ value: String?) -> String { value.map(JSONString.encode) ?? "null" }
}

extension JSONPairs {
    /// Rounded to milliseconds; null for what isn't there.
    static func number(_ value: Double?) -> String {
        value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "null"
    }
}
