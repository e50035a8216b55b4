import IXCore
package import IXStore

extension QueueState {
    /// The queue as a JSON object, under the names of its settings.
    package var json: String {
        let limits: [(String, Int?)] = [
            ("concurrency", settings.concurrency), ("group_concurrency", settings.groupConcurrency),
            ("rate", settings.rate?.count), ("group_rate", settings.groupRate?.count), ("burst", settings.burst),
            ("client_depth", settings.clientDepth),
        ]
        let names = settings.useCases.map { "[" + $0.map { JSONPairs.literal($0) }.joined(separator: ",") + "]" }
        let origins = settings.origins.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        return JSONPairs(
            [("queue", JSONPairs.literal(settings.queue)), ("paused_at", JSONPairs.literal(settings.pausedAt))]
                + limits.map { ($0.0, $0.1.map { "\($0)" } ?? "null") } + [
                    ("rate_seconds", JSONPairs.number(settings.rate?.seconds)),
                    ("group_rate_seconds", JSONPairs.number(settings.groupRate?.seconds)),
                    ("strict", "\(settings.isStrict)"), ("group_by", JSONPairs.literal(settings.groupBy)),
                    ("use_cases", names ?? "null"), ("file_keys", JSONPairs(origins).text), ("waiting", "\(waiting)"),
                    ("places", "\(places)"),
                ]
        ).text
    }
}

extension GroupState {
    /// The group as a JSON object.
    package var json: String {
        JSONPairs([
            ("group_key", JSONPairs.literal(key)), ("concurrency", concurrency.map { "\($0)" } ?? "null"),
            ("paused_at", JSONPairs.literal(pausedAt)), ("waiting", "\(waiting)"), ("places", "\(places)"),
        ]).text
    }
}
