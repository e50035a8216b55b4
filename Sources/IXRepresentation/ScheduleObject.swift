import FoundationEssentials
package import IXCore
package import IXSchedules
package import IXStore

extension ScheduleState {
    /// The schedule as a JSON object, under the names of `ix_schedules`; the request only where the view shows documents.
    package func json(_ view: View = .complete) -> String {
        let request = view.showsDocuments ? [("request", view.mask.applied(to: definition.request))] : []
        // ignored: a document that can't be read has no use case to show
        let useCase = (try? JSONDocument(request: definition.request))?["use_case"]?.string
        return JSONPairs(
            [("name", JSONPairs.literal(definition.name)), ("use_case", JSONPairs.literal(useCase))] + request
                + definition.shown + [
                    ("version", "\(version)"), ("next_at", JSONPairs.literal(nextAt?.text)), ("is_over", "\(isOver)"),
                    ("last_at", JSONPairs.literal(lastAt?.text)),
                    ("last_job", JSONPairs.literal(lastJob?.uuidString.lowercased())),
                    ("last_status", JSONPairs.literal(lastStatus?.rawValue)),
                    ("paused_at", JSONPairs.literal(pausedAt)), ("paused_reason", JSONPairs.literal(pausedReason)),
                    ("origin", origin?.json ?? "null"),
                ]
        ).text
    }
}

extension ScheduleDefinition {
    /// The members with null for what is not set.
    fileprivate var shown: [(String, String)] {
        let given = Dictionary(members) { first, _ in first }
        return Self.names.dropFirst().map { ($0, given[$0] ?? ($0 == "time_zone" ? "\"UTC\"" : "null")) }
    }
}

/// `ScheduleMoments` shows the next moments of a rule, in UTC and as the zone's clock shows them.
package struct ScheduleMoments: Sendable {
    /// The most moments of an answer.
    package static let most = 1000

    package let rule: ScheduleRule
    package let moments: [Timestamp]
    private let isComplete: Bool

    /// Searches up to `count` moments later than `from`.
    package init(_ rule: ScheduleRule, count: Int, from: Timestamp) {
        self.rule = rule
        moments = rule.next(count, after: from)
        isComplete = moments.count < count
    }

    /// The moment as the zone's clock shows it.
    package func local(_ moment: Timestamp) -> String { LocalTime.text(moment, rule.zone) }

    /// The moments as a JSON object; `complete` is true when no further moment comes.
    package var json: String {
        let items = moments.map {
            JSONPairs([("at", JSONPairs.literal($0.text)), ("local", JSONPairs.literal(local($0)))]).text
        }
        return JSONPairs([
            ("time_zone", JSONPairs.literal(rule.zone.name)),
            ("moments", "[" + items.joined(separator: ",") + "]"), ("complete", "\(isComplete)"),
        ]).text
    }
}
