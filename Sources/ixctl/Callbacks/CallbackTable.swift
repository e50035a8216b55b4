import FoundationEssentials
import IXCore
import IXStore

/// A table of callbacks for people, one line for each callback. The job id is never cut, because the operator's next
/// command needs the id.
struct CallbackTable {
    private var table = TextTable([
        .init(heading: "JOB"), .init(heading: "STATE"), .init(heading: "TRIES", alignment: .right),
        .init(heading: "NEXT", alignment: .right), .init(heading: "ENDED", least: 10),
        .init(heading: "CLIENT", least: 6), .init(heading: "RECEIVER", least: 12),
    ])

    init(_ callbacks: [CallbackRecord]) {
        for callback in callbacks {
            table.add([
                callback.jobID.uuidString.lowercased(), callback.isSending ? "sending" : callback.state.rawValue,
                "\(callback.tries)", callback.isSending ? "now" : callback.dueIn.map(DurationArgument.brief) ?? "-",
                String(callback.endedAt.prefix(19)) + "Z", callback.clientID, callback.endpoint,
            ])
        }
    }

    func lines(fitting width: Int?) -> [String] { table.lines(fitting: width) }
}

extension CallbackRecord {
    /// The callback as a JSON object; `url` has no query, because a query may hold credentials.
    var json: String { JSONPairs(pairs).text }

    var pairs: [(String, String)] {
        [
            ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())), ("client_id", JSONPairs.literal(clientID)),
            ("endpoint", JSONPairs.literal(endpoint)), ("url", JSONPairs.literal(shownURL)),
            ("status", JSONPairs.literal(status.rawValue)), ("state", JSONPairs.literal(state.rawValue)),
            ("sending", "\(isSending)"), ("tries", "\(tries)"), ("due_in_seconds", JSONPairs.number(dueIn)),
            ("ended_at", JSONPairs.literal(endedAt)), ("settled_at", JSONPairs.literal(settledAt)),
        ]
    }

    /// The callback URL without its query.
    var shownURL: String { PrintedURL.shown(url) }
}

extension DeliveryRecord {
    /// The delivery as a JSON object, with the receiver's answer.
    var json: String {
        JSONPairs([
            ("try", "\(number)"), ("ended_at", JSONPairs.literal(endedAt)),
            ("seconds", JSONPairs.number(report.seconds)),
            ("http_status", report.httpStatus.map { "\($0)" } ?? "null"),
            ("reason", JSONPairs.literal(report.reason)), ("answer", JSONPairs.literal(report.answer)),
            ("daemon_id", JSONPairs.literal(daemonID?.uuidString.lowercased())),
        ]).text
    }
}
