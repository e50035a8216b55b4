extension Timestamp {
    /// Reads a moment from `text` in the forms of ISO 8601 and RFC 3339; nil when the text has another form.
    ///
    /// The form is `2026-03-04`, optionally followed by `T`, `t` or a blank and `05:06`. Optional behind the minutes:
    /// `:07`, then `.` and 1 to 9 digits, then `Z`, `z`, `+02`, `+0200` or `+02:00` (up to 15:59 in both directions). A
    /// time without an offset is UTC.
    ///
    /// Guarantees: an accepted text means what it means to PostgreSQL in UTC. The fraction is rounded to microseconds,
    /// `24:00` is the next day and `:60` the next minute.
    public init?(_ text: String) {
        var reader = TimestampReader(text)
        guard let moment = reader.moment() else { return nil }
        self = moment
    }
}

/// Reads a timestamp from left to right; each part returns nil when the text doesn't match.
private struct TimestampReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func moment() -> Timestamp? {
        guard let date = date() else { return nil }
        var microseconds = date.daysSinceEpoch * 86_400_000_000
        if at < bytes.count {
            guard take("T") || take("t") || take(" "), let clock = clock(), let offset = offset() else { return nil }
            microseconds += clock - offset * 60_000_000
        }
        let moment = Timestamp(microseconds: Int64(microseconds))
        return at == bytes.count && moment.microseconds == microseconds ? moment : nil
    }

    private mutating func date() -> CalendarDate? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    /// Microseconds since midnight, at most 24 hours: `24:00` and `23:59:60` mean the next midnight.
    private mutating func clock() -> Int? {
        guard let hour = number(2), hour <= 24, take(":"), let minute = number(2), minute < 60 else { return nil }
        var time = (hour * 60 + minute) * 60_000_000
        if take(":") {
            guard let second = number(2), second <= 60, let fraction = fraction() else { return nil }
            time += second * 1_000_000 + fraction
        }
        return time <= 86_400_000_000 ? time : nil
    }

    /// Microseconds of the fraction; 0 without a point.
    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        let start = at
        var (value, unit) = (0.0, 1.0)
        while let digit = digit() {
            value = value * 10 + Double(digit)
            unit *= 10
        }
        guard (1...9).contains(at - start) else { return nil }
        // Floating point, because the server rounds the same way: a half goes to the even neighbour, if it is still a
        // half as a Double.
        return Int((value / unit * 1_000_000).rounded(.toNearestOrEven))
    }

    /// Minutes east of Greenwich.
    private mutating func offset() -> Int? {
        guard at < bytes.count, !take("Z"), !take("z") else { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours <= 15 else { return nil }
        guard at < bytes.count else { return isEast ? hours * 60 : -hours * 60 }
        _ = take(":")  // ignored: the colon may be missing
        guard let minutes = number(2), minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isEast ? 1 : -1)
    }

    private mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) else { return nil }
        at += 1
        return Int(bytes[at - 1] - UInt8(ascii: "0"))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }
}
