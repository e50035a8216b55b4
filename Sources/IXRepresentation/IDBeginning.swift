package import FoundationEssentials

/// `IDBeginning` is a job id as people type it: a whole id, or its first 4 characters or more, with or without the dashes
/// of a UUID.
package struct IDBeginning: Sendable {
    /// The least characters of a beginning.
    package static let least = 4
    /// The ids that the refusal of an ambiguous beginning names.
    package static let named = 5

    /// The text as typed, in lower case.
    package let text: String
    /// The smallest id that begins so.
    package let first: UUID
    /// The greatest id that begins so.
    package let last: UUID

    /// True for a whole id.
    package var isWhole: Bool { first == last }

    /// Reads a text; nil for a text that begins no id.
    package init?(_ argument: String) {
        text = argument.lowercased()
        let digits = text.filter { $0 != "-" }
        guard digits.utf8.count >= Self.least, digits.utf8.count <= 32, digits.utf8.allSatisfy(Self.isDigit),
            let first = Self.id(digits, "0"), let last = Self.id(digits, "f"),
            !text.contains("-") || first.uuidString.lowercased().hasPrefix(text)
        else { return nil }
        (self.first, self.last) = (first, last)
    }

    /// Returns the words of a beginning that several jobs share.
    package func ambiguity(_ ids: [UUID]) -> String {
        let names = ids.prefix(Self.named).map { $0.uuidString.lowercased() }.joined(separator: ", ")
        return "begins several jobs' ids: \(names)\(ids.count > Self.named ? " and more" : "")"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func id(_ digits: String, _ filler: Character) -> UUID? {
        var text = digits + String(repeating: filler, count: 32 - digits.count)
        for place in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: place)) }
        return UUID(uuidString: text)
    }
}
