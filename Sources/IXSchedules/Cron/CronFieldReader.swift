import IXCore

/// Reads one field of a cron expression: a list of numbers, names and ranges, with steps behind `*` and ranges.
struct CronFieldReader {
    let field: CronField

    /// Returns the chosen numbers as bits.
    ///
    /// Failure: `InvalidInput` naming `cron`, with the field and what the field takes.
    func bits(_ text: Substring) throws(InvalidInput) -> UInt64 {
        var bits: UInt64 = 0
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try self.element(element)
        }
        return bits
    }

    private func element(_ text: Substring) throws(InvalidInput) -> UInt64 {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let range = try span(parts[0])
        guard parts.count == 2 else {
            return UInt64(bits: stride(from: range.lowerBound, through: range.upperBound, by: 1))
        }
        guard parts[0] == "*" || parts[0].contains("-") else {
            throw refusal("\(shown(text)) has a step behind a single value; a step follows * or a range, as in 1-5/2")
        }
        let last = field.range.upperBound
        guard let step = Self.number(parts[1]), (1...last).contains(step) else {
            throw refusal("\(shown(text)): a step must be 1 to \(last)")
        }
        return UInt64(bits: stride(from: range.lowerBound, through: range.upperBound, by: step))
    }

    private func span(_ text: Substring) throws(InvalidInput) -> ClosedRange<Int> {
        if text == "*" { return field.range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0], in: text)
        guard ends.count == 2 else { return first...first }
        var last = try value(ends[1], in: text)
        // By its name Sunday may end a range: FRI-SUN.
        if field == .weekday, last == 0, first > 0, Self.number(ends[1]) == nil { last = 7 }
        guard first <= last else { throw refusal("\(shown(text)) begins after its end") }
        return first...last
    }

    private func value(_ text: Substring, in element: Substring) throws(InvalidInput) -> Int {
        if let number = Self.number(text), field.range.contains(number) { return number }
        if let index = field.names.firstIndex(of: text.uppercased()) { return field.range.lowerBound + index }
        throw refusal("\(shown(element)) must be \(field.allowed)")
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private func refusal(_ reason: String) -> InvalidInput { InvalidInput("cron", "\(field.rawValue) \(reason)") }

    /// The text as it was given, made fit to print.
    private func shown(_ text: Substring) -> String {
        text.isEmpty ? "is empty and" : PrintedText.safe(String(text.prefix(40)))
    }
}

extension UInt64 {
    /// Creates a number whose bits at `places` are set.
    fileprivate init(bits places: StrideThrough<Int>) {
        self = places.reduce(0) { $0 | 1 << UInt64($1) }
    }

    /// Returns the lowest set bit at `place` or above; nil when none is set.
    func firstBit(from place: Int) -> Int? {
        let rest = self & (UInt64.max << UInt64(place))
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }
}
