/// Reads a POSIX TZ string, the last line of a zone file, with the longer times of version 3.
struct ZoneRuleReader {
    private let bytes: [UInt8]
    private var at = 0

    private init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

    /// Returns the rule; nil when the text has another form.
    static func rule(_ text: some Sequence<UInt8>) -> ZoneRule? {
        var reader = ZoneRuleReader(text)
        guard let rule = reader.rule(), reader.at == reader.bytes.count else { return nil }
        return rule
    }

    private mutating func rule() -> ZoneRule? {
        guard skipName(), let west = time(hours: 24) else { return nil }
        guard at < bytes.count else { return ZoneRule(offset: -west, summer: nil) }
        guard skipName() else { return nil }
        var summer = 3_600 - west
        if peek != UInt8(ascii: ",") {
            guard let given = time(hours: 24) else { return nil }
            summer = -given
        }
        guard let start = change(), let end = change() else { return nil }
        return ZoneRule(offset: -west, summer: .init(offset: summer, start: start, end: end))
    }

    private mutating func change() -> ZoneRuleDay? {
        guard take(","), let day = day() else { return nil }
        guard take("/") else { return ZoneRuleDay(day: day, time: 7_200) }
        return time(hours: 167).map { ZoneRuleDay(day: day, time: $0) }
    }

    private mutating func day() -> ZoneRuleDay.Day? {
        if take("J") { return number(1...365).map { .julian($0) } }
        guard take("M") else { return number(0...365).map { .ordinal($0) } }
        guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
    }

    /// Seconds of `[+-]hh[:mm[:ss]]`.
    private mutating func time(hours: Int) -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }  // ignored: the sign may be missing
        guard var seconds = number(0...hours).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// Three letters or more, or three of letters, digits and signs in angle brackets.
    private mutating func skipName() -> Bool {
        let isQuoted = take("<")
        let start = at
        while let byte = peek, Self.isLetter(byte) || isQuoted && Self.isSignOrDigit(byte) { at += 1 }
        return at - start >= 3 && (!isQuoted || take(">"))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isSignOrDigit(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        var value: Int?
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value ?? 0 < 1_000 {
            value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            at += 1
        }
        return value.flatMap { range.contains($0) ? $0 : nil }
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }
}
