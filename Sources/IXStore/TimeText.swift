package import IXCore

/// A time as the stores write it: ISO 8601, UTC, microseconds.
package enum TimeText {
    /// Returns true for a text exactly like `2026-03-04T05:06:07.000008Z` with a day of the calendar, which every store
    /// can read.
    package static func isTime(_ text: some StringProtocol) -> Bool {
        let text = String(text)
        return Timestamp(text)?.text == text
    }

    /// A time as people and programs write it (see `Timestamp`; UTC without a zone), or `infinity` or `-infinity`, as stores
    /// write it. Words such as `tomorrow` mean something else in every program, so none is one.
    package static func read(_ text: String, field: String) throws(InvalidInput) -> String {
        if ["infinity", "-infinity"].contains(text.lowercased()) { return text.lowercased() }
        guard let time = Timestamp(text) else {
            throw InvalidInput(field, "is no time; write it like 2026-03-04T05:06:07.000008Z")
        }
        return time.text
    }
}
