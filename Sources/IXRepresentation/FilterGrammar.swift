import FoundationEssentials
package import IXCore
package import IXStore

/// The one grammar of job filters: parameters of a URL, members of a bulk filter, words of a search.
package enum FilterGrammar {
    /// The names of the grammar, in the order of the documents.
    package static let names = [
        "status", "client_id", "use_case", "queue", "group", "batch", "schedule", "error_code", "callback_status",
        "daemon_id", "resubmit_of", "older_than", "newer_than", "created_after", "created_before",
    ]

    /// Reads a filter from names and values. A comma means "or" in names and words; double quotes around a part keep a
    /// comma inside: `"a,b",c`.
    ///
    /// Failure: `InvalidInput` naming the unknown or repeated name, or the value's fault.
    package static func read(_ pairs: [(name: String, value: String)]) throws(InvalidInput) -> JobFilter {
        var filter = JobFilter()
        var seen: Set<String> = []
        for (name, value) in pairs {
            guard names.contains(name) else {
                throw InvalidInput(
                    name, Suggestion.reason("is no filter", Suggestion.nearest(to: name, among: names)))
            }
            guard seen.insert(name).inserted else { throw InvalidInput(name, "is given twice") }
            try set(name, value, in: &filter)
        }
        return filter
    }

    /// Reads the words of a search: `name:value`, with double quotes around a part that holds blanks or commas.
    package static func read(search text: String) throws(InvalidInput) -> JobFilter {
        try read(try SearchWords.pairs(of: text))
    }

    private static func set(_ name: String, _ value: String, in filter: inout JobFilter) throws(InvalidInput) {
        switch name {
        case "status": filter.statuses = try words(value, name)
        case "callback_status": filter.callbackStatuses = try words(value, name)
        case "client_id": filter.clientIDs = try keys(value, name)
        case "use_case": filter.useCases = try keys(value, name)
        case "queue": filter.queues = try keys(value, name)
        case "group": filter.groupKeys = try keys(value, name)
        case "batch": filter.batchID = try id(value, name)
        case "schedule": filter.schedules = try keys(value, name)
        case "error_code": filter.errorCodes = try keys(value, name)
        case "daemon_id": filter.daemonID = try id(value, name)
        case "resubmit_of": filter.resubmitOf = try id(value, name)
        case "older_than": filter.olderThan = try DurationText.read(value, field: name)
        case "newer_than": filter.newerThan = try DurationText.read(value, field: name)
        case "created_after": filter.createdAfter = try moment(value, name)
        default: filter.createdBefore = try moment(value, name)
        }
    }

    private static func keys(_ text: String, _ name: String) throws(InvalidInput) -> Set<String> {
        var keys: Set<String> = []
        for key in try FilterValue.parts(of: text, name) { keys.insert(try Keys.validated(key, field: name)) }
        return keys
    }

    private static func words<Word: RawRepresentable & CaseIterable & Hashable>(
        _ text: String, _ name: String
    ) throws(InvalidInput) -> Set<Word> where Word.RawValue == String {
        var words: Set<Word> = []
        for part in try FilterValue.parts(of: text, name) {
            guard let word = Word(rawValue: part) else {
                throw InvalidInput(name, "is one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            words.insert(word)
        }
        return words
    }

    private static func id(_ text: String, _ name: String) throws(InvalidInput) -> UUID {
        guard let id = UUID(uuidString: text) else { throw InvalidInput(name, "is not a UUID") }
        return id
    }

    private static func moment(_ text: String, _ name: String) throws(InvalidInput) -> Timestamp {
        guard let moment = Timestamp(text) else {
            throw InvalidInput(name, "is no time; write it like 2026-03-04T05:06:07.000008Z")
        }
        return moment
    }
}

/// Cuts a value at its commas.
private enum FilterValue {
    /// Returns the parts. A part that begins with a double quote ends at the next one, and may hold commas.
    static func parts(of text: String, _ name: String) throws(InvalidInput) -> [String] {
        var parts: [String] = []
        var rest = text.unicodeScalars[...]
        while true {
            if rest.first == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: "\"") else {
                    throw InvalidInput(name, "has a quote without its end")
                }
                parts.append(String(rest[rest.index(after: rest.startIndex)..<end]))
                rest = rest[rest.index(after: end)...]
                guard rest.isEmpty || rest.first == "," else { throw InvalidInput(name, "has text behind a quote") }
            } else {
                let end = rest.firstIndex(of: ",") ?? rest.endIndex
                parts.append(String(rest[..<end]))
                rest = rest[end...]
            }
            guard rest.popFirst() != nil else { return parts }
        }
    }
}

/// Cuts the text of a search into names and values.
private enum SearchWords {
    static func pairs(of text: String) throws(InvalidInput) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(where: { $0 != " " }) {
            rest = rest[start...]
            guard let colon = rest.firstIndex(where: { $0 == ":" || $0 == " " }), rest[colon] == ":" else {
                throw InvalidInput("search", "has a word without a name; write name:value")
            }
            let name = String(rest[..<colon])
            rest = rest[rest.index(after: colon)...]
            pairs.append((name, try value(&rest)))
        }
        return pairs
    }

    private static func value(_ rest: inout Substring) throws(InvalidInput) -> String {
        var (end, isQuoted) = (rest.startIndex, false)
        while end < rest.endIndex, isQuoted || rest[end] != " " {
            if rest[end] == "\"" { isQuoted.toggle() }
            end = rest.index(after: end)
        }
        guard !isQuoted else { throw InvalidInput("search", "has a quote without its end") }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}
