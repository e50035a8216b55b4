import IXCore

/// A pipeline that takes no jobs at a worker for now.
public struct OpenBreaker: Sendable, Equatable {
    public let pipeline: String
    /// The last failure's, for the operator.
    public let reason: String

    public init(pipeline: String, reason: String) {
        self.pipeline = pipeline
        self.reason = reason
    }

    /// As a worker's row holds them; nil for none.
    package static func json(_ breakers: [OpenBreaker]) -> String? {
        guard !breakers.isEmpty else { return nil }
        let items = breakers.map {
            JSONPairs([("pipeline", JSONPairs.literal($0.pipeline)), ("reason", JSONPairs.literal($0.reason))]).text
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    /// From a worker's row.
    package static func read(_ json: String?) -> [OpenBreaker] {
        guard let json else { return [] }
        // ignored: the row is for people to look at; what can't be read isn't shown
        let document = try? JSONDocument(response: "{\"open\":\(json)}")
        return (document?["open"]?.elements ?? []).compactMap { item in
            guard let item = item.object, let pipeline = item["pipeline"]?.string else { return nil }
            return OpenBreaker(pipeline: pipeline, reason: item["reason"]?.string ?? "")
        }
    }
}
