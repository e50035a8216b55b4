import IXCore

/// The use cases that a worker serves, as a JSON array of a worker's row.
package enum ServedUseCases {
    /// Nil: every one.
    package static func json(_ useCases: [String]?) -> String? {
        useCases.map { "[" + $0.sorted().map { JSONPairs.literal($0) }.joined(separator: ",") + "]" }
    }

    package static func read(_ json: String?) -> [String]? {
        guard let json else { return nil }
        // ignored: of a row that can't be read nothing is known, and a worker that may serve all is waited for
        let document = try? JSONDocument(response: "{\"serves\":\(json)}")
        return document?["serves"]?.elements?.compactMap(\.string)
    }
}
