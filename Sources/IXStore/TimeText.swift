import IXCore

/// A time as stores write it: ISO 8601, UTC, microseconds.
package enum TimeText {
    /// Whether every store can read it: `2026-03-04T05:06:07.000008Z`, and a day that the calendar has.
    package static func isTime(_ text: some StringProtocol) -> Bool {
        let text = String(text)
        return Timestamp(text)?.text == text
    }
}
