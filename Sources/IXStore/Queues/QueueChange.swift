package import IXCore

/// A change of a queue's limits: members that are left out stay, and null is no limit. The same check serves every door.
package struct QueueChange: Sendable, Equatable {
    /// The names of the settings, as in `ix_queues`.
    package static let names = [
        "concurrency", "group_concurrency", "strict", "rate", "rate_seconds", "group_rate", "group_rate_seconds",
        "burst", "client_depth", "group_by", "use_cases",
    ]
    private static let counts: Set<String> = [
        "concurrency", "group_concurrency", "rate", "group_rate", "burst", "client_depth",
    ]
    private static let rates: Set<String> = ["rate_seconds", "group_rate_seconds"]

    /// The members by name: JSON texts.
    package private(set) var members: [String: String] = [:]

    /// Creates a change of nothing.
    package init() {}

    /// Reads an object of settings. Failure: `InvalidInput` names the member.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        for name in document.names {
            guard let value = document[name] else { continue }
            try set(name, value)
        }
    }

    /// The change as a JSON object.
    package var json: String { JSONPairs(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).text }

    /// Sets a member. Failure: `InvalidInput` names it.
    package mutating func set(_ name: String, _ value: JSONFragment) throws(InvalidInput) {
        guard Self.names.contains(name) else { throw InvalidInput(name, "is no setting of a queue") }
        if !value.isNull { try check(name, value) }
        members[name] = value.text
    }

    /// Sets a member from a command line: a number, a word, a list with commas, or none for no limit.
    package mutating func set(_ name: String, text: String) throws(InvalidInput) {
        let json: String
        switch name {
        case _ where text == "none": json = "null"
        case "use_cases":
            json = "[" + text.split(separator: ",").map { JSONPairs.literal(String($0)) }.joined(separator: ",") + "]"
        case "group_by": json = JSONPairs.literal(text)
        default: json = text
        }
        let document: JSONDocument
        do { document = try JSONDocument("{\"value\":\(json)}".utf8, field: name, limit: Limits.requestBytes) } catch {
            throw InvalidInput(name, "'\(text)' can't be read")
        }
        guard let value = document["value"], document.names == ["value"] else {
            throw InvalidInput(name, "'\(text)' can't be read")
        }
        try set(name, value)
    }

    private func check(_ name: String, _ value: JSONFragment) throws(InvalidInput) {
        if Self.counts.contains(name) {
            let least = ["burst", "client_depth"].contains(name) ? 1 : 0
            guard let number = Int(value.text), (least...1_000_000).contains(number) else {
                throw InvalidInput(name, "must be a whole number from \(least) to 1000000")
            }
        } else if Self.rates.contains(name) {
            guard let number = Double(value.text), (0.001...31_536_000).contains(number) else {
                throw InvalidInput(name, "must be 0.001 to 31536000 seconds")
            }
        } else if name == "strict" {
            guard ["true", "false"].contains(value.text) else { throw InvalidInput(name, "must be true or false") }
        } else if name == "group_by" {
            guard let path = value.string else { throw InvalidInput(name, "is no text") }
            try GroupPath.check(path, field: name)
        } else {
            guard let elements = value.elements, elements.allSatisfy({ $0.string != nil }) else {
                throw InvalidInput(name, "must be a list of use cases")
            }
            for useCase in elements.compactMap(\.string) { try Keys.validated(useCase, field: name) }
        }
    }

    /// Checks the settings that come of the change: a rate has seconds.
    package static func check(_ settings: QueueSettings, rate: Int?, groupRate: Int?) throws(InvalidInput) {
        if rate != nil, settings.rate == nil { throw InvalidInput("rate_seconds", "is missing beside rate") }
        if groupRate != nil, settings.groupRate == nil {
            throw InvalidInput("group_rate_seconds", "is missing beside group_rate")
        }
    }
}
