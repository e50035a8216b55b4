import IXCore

/// A time as the stores write it: ISO 8601, UTC, microseconds.
package enum TimeText {
    /// Returns true for a text exactly like `2026-03-04T05:06:07.000008Z` with a day of the calendar, which every store
    /// can read.
    package static func isTime(_ text: some StringProtocol) -> Bool {
        let text = String(text)
        return Timestamp(text)?.text == text
    }
}
