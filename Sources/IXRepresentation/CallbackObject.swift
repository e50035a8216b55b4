import FoundationEssentials
import IXCore
package import IXStore

extension CallbackRecord {
    /// The callback as a JSON object; `url` has no query, because a query may hold credentials.
    package var json: String { JSONPairs(pairs).text }

    /// The object of a listing, with the member `cursor`.
    package var listed: String { JSONPairs(pairs + [("cursor", JSONPairs.literal(position.cursor))]).text }

    /// The members of the callback's object, in order.
    package var pairs: [(String, String)] {
        [
            ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())), ("client_id", JSONPairs.literal(clientID)),
            ("endpoint", JSONPairs.literal(endpoint)), ("url", JSONPairs.literal(shownURL)),
            ("status", JSONPairs.literal(status.rawValue)), ("state", JSONPairs.literal(state.rawValue)),
            ("sending", "\(isSending)"), ("tries", "\(tries)"), ("due_in_seconds", JSONPairs.number(dueIn)),
            ("ended_at", JSONPairs.literal(endedAt)), ("settled_at", JSONPairs.literal(settledAt)),
        ]
    }

    /// The callback URL without its query.
    package var shownURL: String { PrintedURL.shown(url) }
}

extension DeliveryRecord {
    /// Returns the delivery as a JSON object; the receiver's answer is null where documents are hidden.
    package func json(_ view: View = .complete) -> String {
        JSONPairs([
            ("try", "\(number)"), ("ended_at", JSONPairs.literal(endedAt)),
            ("seconds", JSONPairs.number(report.seconds)),
            ("http_status", report.httpStatus.map { "\($0)" } ?? "null"),
            ("reason", JSONPairs.literal(report.reason)),
            ("answer", JSONPairs.literal(view.showsDocuments ? report.answer : nil)),
            ("daemon_id", JSONPairs.literal(daemonID?.uuidString.lowercased())),
        ]).text
    }
}

/// A callback with its tries, as `ixctl callbacks show` prints the pair.
package enum CallbackObject {
    /// Returns the callback's members with the tries under `deliveries`.
    package static func text(
        _ callback: CallbackRecord, _ tries: [DeliveryRecord], _ view: View = .complete
    ) -> String {
        let lines = tries.map { $0.json(view) }.joined(separator: ",")
        return JSONPairs(callback.pairs + [("deliveries", "[\(lines)]")]).text
    }
}
