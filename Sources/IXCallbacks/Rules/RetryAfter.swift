import FoundationEssentials

/// `RetryAfter` reads a receiver's `Retry-After` header: seconds, or any of HTTP's three date forms. The pause is
/// limited to between 1 second and 6 hours.
enum RetryAfter {
    static let bounds = Duration.seconds(1)...Duration.seconds(6 * 3600)

    /// Returns the requested pause; nil when the header is missing or unreadable. `now` is in seconds since 1970.
    static func pause(_ text: String?, now: Double) -> Duration? {
        guard let text = text.map(trimmed), !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // Nine digits are enough, because larger numbers exceed the upper bound anyway.
            return clamped(.seconds(Int(text.prefix(9)) ?? 0))
        }
        return date(text).map { clamped(.seconds($0 - now)) }
    }

    private static func clamped(_ pause: Duration) -> Duration {
        min(max(pause, bounds.lowerBound), bounds.upperBound)
    }

    private static func trimmed(_ text: String) -> String {
        let inner = text.drop { $0 == " " || $0 == "\t" }
        return String(inner.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Reads the forms `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37
    /// 1994`.
    private static func date(_ text: String) -> Double? {
        let words = text.lowercased().split { " ,-".contains($0) }.map(String.init)
        guard words.count >= 5 else { return nil }
        let isAsctime = months.contains(words[1])
        let (day, month, year, time) =
            isAsctime ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
        let clock = time.split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, let number = Int(day), (1...31).contains(number), var full = Int(year),
            let index = months.firstIndex(of: String(month.prefix(3)))
        else { return nil }
        if year.count == 2 { full += full < 70 ? 2000 : 1900 }
        guard (1970...9999).contains(full), clock[0] < 24, clock[1] < 60, clock[2] < 61 else { return nil }
        return Double(days(full, index + 1, number) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// Returns the days since 1970-01-01, by Hinnant's `days_from_civil`.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (year / 400, year % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
