import ArgumentParser
import FoundationEssentials
import IXCore
import IXStore

/// A duration as people type it: 90s, 15m, 2h, 7d.
enum DurationArgument {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]

    /// Reads a duration, for `@Option(transform:)`. The error explains the form; the argument parser adds the flag.
    static func read(_ text: String) throws -> Duration {
        guard let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()),
            text.dropLast().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), count * unit < 1e10
        else {
            throw ValidationError("a duration is a number and s, m, h or d, such as 90s, 15m, 2h or 7d")
        }
        return .milliseconds(count * unit * 1000)
    }

    /// Formats `seconds` in the largest unit, rounded down: 4s, 12m, 3h, 8d. Days begin at 48 hours.
    static func brief(_ seconds: Double) -> String {
        let count = min(max(0, seconds), 1e11)
        for (unit, length) in [("d", 86400.0), ("h", 3600), ("m", 60)] where count >= length * (unit == "d" ? 2 : 1) {
            return "\(Int(count / length))\(unit)"
        }
        return "\(Int(count))s"
    }
}

/// `TimeArgument` reads a time from the command line: a time in the common form, or a distance from now.
enum TimeArgument {
    /// Reads `+15m` as a moment by this host's clock, and any other text as the stores' time formats.
    static func read(_ text: String, field: String) throws(InvalidInput) -> String {
        guard text.hasPrefix("+") else { return try TimeText.read(text, field: field) }
        let span: Duration
        do { span = try DurationArgument.read(String(text.dropFirst())) } catch {
            throw InvalidInput(
                field, "is no time; after + stands a number and s, m, h or d, such as +90s, +15m, +2h or +7d")
        }
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        return (now + span).text
    }
}
