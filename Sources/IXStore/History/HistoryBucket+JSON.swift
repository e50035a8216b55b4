import IXCore

extension HistoryBucket {
    /// The bucket as JSON: the form in which a store takes buckets, and callers get buckets.
    package var pairs: [(String, String)] {
        [
            ("use_case", JSONPairs.literal(useCase)), ("claimed", "\(claimed)"), ("done", "\(done)"),
            ("error", "\(error)"), ("handed_back", "\(handedBack)"), ("wait_seconds", JSONPairs.number(waitSeconds)),
            ("run_seconds", JSONPairs.number(runSeconds)), ("waits", Self.array(waits)), ("runs", Self.array(runs)),
            ("due_most", dueMost.map { "\($0)" } ?? "null"), ("running_most", runningMost.map { "\($0)" } ?? "null"),
            ("oldest_most", JSONPairs.number(oldestMost)),
        ]
    }

    /// Returns numbers as a JSON array; `null` for none.
    package static func array(_ counts: [Int]) -> String {
        counts.isEmpty ? "null" : "[" + counts.map { "\($0)" }.joined(separator: ",") + "]"
    }

    /// Reads numbers of a JSON array; empty for any other text.
    package static func counts(_ text: String?) -> [Int] {
        (text ?? "").split(whereSeparator: { "[], ".contains($0) }).map { Int($0) ?? 0 }
    }

    /// Reads counts by code from a JSON object; empty for any other text.
    package static func errors(_ text: String?) -> [String: Int] {
        // ignored: a text of another form has no counts
        guard let text, let document = try? JSONDocument(text.utf8, field: "errors", limit: 4 << 20) else { return [:] }
        var errors: [String: Int] = [:]
        for code in document.names { errors[code] = document[code]?.number.flatMap { Int(exactly: $0) } ?? 0 }
        return errors
    }

    /// The errors by code as a JSON object.
    package var errorsText: String {
        JSONPairs(errors.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }).text
    }
}
