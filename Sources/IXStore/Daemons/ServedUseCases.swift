import IXCore

/// The use cases with a pipeline at a daemon, as the JSON array in the daemon's row.
package enum ServedUseCases {
    /// Returns the sorted array, or nil (every use case) for nil.
    package static func json(_ useCases: [String]?) -> String? {
        useCases.map { "[" + $0.sorted().map { JSONPairs.literal($0) }.joined(separator: ",") + "]" }
    }

    /// Returns the use cases of a daemon's row; nil means every use case.
    package static func read(_ json: String?) -> [String]? {
        guard let json else { return nil }
        // ignored: a row that can't be read counts as a daemon serving every use case, so other daemons wait for it
        let document = try? JSONDocument(response: "{\"serves\":\(json)}")
        return document?["serves"]?.elements?.compactMap(\.string)
    }
}
