/// A moment exact to the microsecond, as every store keeps it.
///
/// Guarantees: the year is between 1 and 9999 (Gregorian, UTC), so all texts have the same length and sort like the
/// moments.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    public let microseconds: Int64

    /// 0001-01-01T00:00:00.000000Z
    public static let earliest = Timestamp(inRange: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999Z
    public static let latest = Timestamp(inRange: 253_402_300_799_999_999)

    /// Creates the moment `microseconds` after the Unix epoch. A value outside the range becomes the nearest moment in
    /// the range.
    public init(microseconds: Int64) {
        self.init(inRange: min(max(microseconds, Self.earliest.microseconds), Self.latest.microseconds))
    }

    private init(inRange microseconds: Int64) { self.microseconds = microseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// Returns the moment `duration` later. Fractions of a microsecond are dropped; the result is limited to `earliest`
    /// and `latest`.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = moment.microseconds.addingReportingOverflow(duration.wholeMicroseconds)
        guard overflow else { return Timestamp(microseconds: sum) }
        return duration < .zero ? earliest : latest
    }

    /// Returns the moment `duration` earlier. Fractions of a microsecond are dropped; the result is limited to
    /// `earliest` and `latest`.
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        let (difference, overflow) = moment.microseconds.subtractingReportingOverflow(duration.wholeMicroseconds)
        guard overflow else { return Timestamp(microseconds: difference) }
        return duration < .zero ? latest : earliest
    }

    /// Returns the time from `right` to `left`; negative when `left` is earlier.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    /// The moment as `2026-03-04T05:06:07.000008Z`: always UTC, four digits of year, six of fraction.
    public var text: String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(flooring: 1_000_000)
        let (day, second) = seconds.quotientAndRemainder(flooring: 86_400)
        let date = CalendarDate(day: Int(day))
        var text = Digits()
        text.append(date.year, width: 4, then: "-")
        text.append(date.month, width: 2, then: "-")
        text.append(date.day, width: 2, then: "T")
        text.append(Int(second) / 3600, width: 2, then: ":")
        text.append(Int(second) / 60 % 60, width: 2, then: ":")
        text.append(Int(second) % 60, width: 2, then: ".")
        text.append(Int(fraction), width: 6, then: "Z")
        return String(decoding: text.bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// The text of a moment that a database gives in seconds since 1970, as `1767225600.000001`, `Infinity` or `-Infinity`;
    /// nil for anything else. What lies outside the range becomes the nearest moment in it.
    public static func text(epochSeconds text: String) -> String? {
        switch text {
        case "Infinity": return "infinity"
        case "-Infinity": return "-infinity"
        default: break
        }
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = Int64(parts[0]) else { return nil }
        let digits = parts.count == 2 ? parts[1].prefix(6) : ""
        guard let fraction = Int64(digits + String(repeating: "0", count: 6 - digits.count)) else { return nil }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carried) = whole.addingReportingOverflow(fraction)
        guard !overflow, !carried else { return (isNegative ? earliest : latest).text }
        return Timestamp(microseconds: isNegative ? -sum : sum).text
    }
}

/// Numbers of a fixed width, each with its separator.
private struct Digits {
    var bytes: [UInt8] = []

    mutating func append(_ number: Int, width: Int, then end: Unicode.Scalar) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: width))
        var rest = number
        for index in (start..<start + width).reversed() {
            bytes[index] += UInt8(rest % 10)
            rest /= 10
        }
        bytes.append(UInt8(ascii: end))
    }
}

extension Int64 {
    /// Division rounding down, so that the remainder is never negative.
    fileprivate func quotientAndRemainder(flooring divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
