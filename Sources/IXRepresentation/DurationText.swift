package import IXCore

/// Durations as people type and read them: 90s, 15m, 2h, 7d.
package enum DurationText {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]

    /// Reads a number and its unit. Throws `InvalidInput` naming `field`, with the form in its reason.
    package static func read(_ text: String, field: String) throws(InvalidInput) -> Duration {
        guard let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()),
            text.dropLast().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), count * unit < 1e10
        else {
            throw InvalidInput(field, "a duration is a number and s, m, h or d, such as 90s, 15m, 2h or 7d")
        }
        return .milliseconds(count * unit * 1000)
    }

    /// Formats `seconds` in the largest unit, rounded down: 4s, 12m, 3h, 8d. Days begin at 48 hours.
    package static func brief(_ seconds: Double) -> String {
        let count = min(max(0, seconds), 1e11)
        for (unit, length) in [("d", 86400.0), ("h", 3600), ("m", 60)] where count >= length * (unit == "d" ? 2 : 1) {
            return "\(Int(count / length))\(unit)"
        }
        return "\(Int(count))s"
    }
}
