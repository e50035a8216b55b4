package import IXCore

/// `TimeText` handles a time in the form of the stores: ISO 8601, UTC, microseconds.
package enum TimeText {
    /// Returns true for a text exactly like `2026-03-04T05:06:07.000008Z` with a day of the calendar, which every store
    /// can read.
    package static func isTime(_ text: some StringProtocol) -> Bool {
        let text = String(text)
        return Timestamp(text)?.text == text
    }

    /// Reads a time in the forms of `Timestamp` (UTC without a zone), or `infinity` or `-infinity`, and returns the
    /// form of the stores. Words such as `tomorrow` are refused, because every program gives such words another
    /// meaning.
    package static func read(_ text: String, field: String) throws(InvalidInput) -> String {
        if ["infinity", "-infinity"].contains(text.lowercased()) { return text.lowercased() }
        guard let time = Timestamp(text) else {
            throw InvalidInput(field, "is no time; write it like 2026-03-04T05:06:07.000008Z")
        }
        return time.text
    }
}
