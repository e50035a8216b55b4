package import IXCore

/// A pipeline that takes no jobs at a daemon at present, because its breaker is open.
package struct OpenBreaker: Sendable, Equatable {
    /// Name of the pipeline.
    package let pipeline: String
    /// Reason of the last failure, for the operator.
    package let reason: String

    /// The time of the opening, by the daemon's clock; nil in the row of a daemon that reports none.
    package let since: Timestamp?

    /// Creates the value as reported by a daemon.
    package init(pipeline: String, reason: String, since: Timestamp? = nil) {
        self.pipeline = pipeline
        self.reason = reason
        self.since = since
    }

    /// Returns the JSON array stored in the daemon's row; nil for no breakers.
    package static func json(_ breakers: [OpenBreaker]) -> String? {
        guard !breakers.isEmpty else { return nil }
        let items = breakers.map {
            JSONPairs([
                ("pipeline", JSONPairs.literal($0.pipeline)), ("reason", JSONPairs.literal($0.reason)),
                ("since", JSONPairs.literal($0.since?.text)),
            ]).text
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    /// Returns the breakers stored in a daemon's row.
    package static func read(_ json: String?) -> [OpenBreaker] {
        guard let json else { return [] }
        // ignored: the column is only shown to people; an entry that can't be read isn't shown
        let document = try? JSONDocument(response: "{\"open\":\(json)}")
        return (document?["open"]?.elements ?? []).compactMap { item in
            guard let item = item.object, let pipeline = item["pipeline"]?.string else { return nil }
            return OpenBreaker(
                pipeline: pipeline, reason: item["reason"]?.string ?? "",
                since: item["since"]?.string.flatMap { Timestamp($0) })
        }
    }
}
