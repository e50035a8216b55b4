/// A single pass over a JSON text: refuses text the stores can't keep, and notes the ranges of the top-level members.
///
/// Guarantees: nothing is decoded. Numbers keep their digits, so `12345678901234567890`, `1.10` and `1e400` survive.
struct JSONScanner {
    /// A member of the outermost object.
    struct Member: Sendable {
        let key: String
        /// The value's place in the text.
        let value: Range<Int>
    }

    private let bytes: [UInt8]
    private let field: String
    private var at = 0
    private var depth = 0
    /// Length of the text in jsonb's normal form, in bytes; `1e1000` counts as a thousand digits.
    private(set) var normalBytes = 0
    private(set) var members: [Member] = []
    private(set) var elements: [Range<Int>] = []
    private let nesting: Int

    init(_ bytes: [UInt8], field: String, nesting: Int = Limits.nesting) {
        self.bytes = bytes
        self.field = field
        self.nesting = nesting
    }

    /// Scans the whole text, which must be an object.
    mutating func scanObject() throws(InvalidInput) {
        skipBlank()
        guard peek() == UInt8(ascii: "{") else { throw InvalidInput(field, "is not a JSON object") }
        try scanMembers(top: true)
        try expectEnd()
    }

    /// Scans the whole text, which must be an array.
    mutating func scanArray() throws(InvalidInput) {
        skipBlank()
        guard peek() == UInt8(ascii: "[") else { throw InvalidInput(field, "is not a JSON array") }
        try scanElements(top: true)
        try expectEnd()
    }

    /// Scans the whole text, which may be any JSON value.
    mutating func scanAny() throws(InvalidInput) {
        try scanValue()
        try expectEnd()
    }

    private mutating func expectEnd() throws(InvalidInput) {
        skipBlank()
        guard at == bytes.count else { throw failure("unexpected text after the end") }
    }

    private mutating func scanValue() throws(InvalidInput) {
        skipBlank()
        switch peek() {
        case UInt8(ascii: "{"): try scanMembers(top: false)
        case UInt8(ascii: "["): try scanElements(top: false)
        case UInt8(ascii: "\""): try scanString()
        case UInt8(ascii: "t"): try scanWord("true")
        case UInt8(ascii: "f"): try scanWord("false")
        case UInt8(ascii: "n"): try scanWord("null")
        case nil: throw failure("ends too early")
        default: try scanNumber()
        }
    }

    private mutating func scanMembers(top: Bool) throws(InvalidInput) {
        try descend()
        skipBlank()
        if take(UInt8(ascii: "}")) { return ascend() }
        repeat {
            skipBlank()
            guard peek() == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
            let key = at
            try scanString()
            let keyEnd = at
            skipBlank()
            guard take(UInt8(ascii: ":")) else { throw failure("':' is missing") }
            skipBlank()
            let value = at
            try scanValue()
            if top { members.append(Member(key: JSONString.decode(bytes[key..<keyEnd]), value: value..<at)) }
            normalBytes += 4
            skipBlank()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("',' or '}' is missing") }
        normalBytes -= 2  // no separator after the last
        ascend()
    }

    private mutating func scanElements(top: Bool) throws(InvalidInput) {
        try descend()
        skipBlank()
        if take(UInt8(ascii: "]")) { return ascend() }
        repeat {
            skipBlank()
            let value = at
            try scanValue()
            if top { elements.append(value..<at) }
            normalBytes += 2
            skipBlank()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("',' or ']' is missing") }
        normalBytes -= 2  // no separator after the last
        ascend()
    }

    private mutating func scanString() throws(InvalidInput) {
        at += 1
        normalBytes += 2
        while let byte = peek() {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try scanEscape()
            case 0..<0x20: throw failure("a string holds a control character")
            default: normalBytes += 1
            }
        }
        throw failure("a string doesn't end")
    }

    private mutating func scanEscape() throws(InvalidInput) {
        guard let kind = peek() else { throw failure("a string doesn't end") }
        at += 1
        normalBytes += 2
        guard kind == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(kind) else { throw failure("an escape is unknown") }
            return
        }
        let unit = try scanHex()
        normalBytes += 4
        if unit == 0 { throw InvalidInput(field, "holds \\u0000, which can't be stored") }
        if (0xDC00..<0xE000).contains(unit) { throw InvalidInput(field, "holds a lone surrogate") }
        guard (0xD800..<0xDC00).contains(unit) else { return }
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), (0xDC00..<0xE000).contains(try scanHex()) else {
            throw InvalidInput(field, "holds a lone surrogate")
        }
    }

    private mutating func scanHex() throws(InvalidInput) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek().flatMap(JSONString.hexDigit) else { throw failure("an escape is unknown") }
            unit = unit << 4 | digit
            at += 1
        }
        return unit
    }

    private mutating func scanNumber() throws(InvalidInput) {
        if take(UInt8(ascii: "-")) { normalBytes += 1 }
        let whole = scanDigits()
        guard whole.count > 0, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
            throw failure("not a JSON value")
        }
        var fraction = 0..<0
        if take(UInt8(ascii: ".")) {
            fraction = scanDigits()
            guard !fraction.isEmpty else { throw failure("a number's digits are missing") }
        }
        try noteNumber(whole: whole.count, fraction: fraction.count, exponent: try scanExponent())
    }

    private mutating func scanExponent() throws(InvalidInput) -> Int {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return 0 }
        let negative = take(UInt8(ascii: "-"))
        if !negative { _ = take(UInt8(ascii: "+")) }  // ignored: a plus changes nothing
        let digits = scanDigits()
        guard !digits.isEmpty else { throw failure("a number's digits are missing") }
        let value = bytes[digits].reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), 1_000_000_000) }
        return negative ? -value : value
    }

    private mutating func noteNumber(whole: Int, fraction: Int, exponent: Int) throws(InvalidInput) {
        let before = max(whole + exponent, 1)
        let after = max(fraction - exponent, 0)
        guard before <= Limits.integerDigits, after <= Limits.fractionDigits else {
            throw InvalidInput(
                field,
                "holds a number with more than \(Limits.integerDigits) digits before its point or "
                    + "\(Limits.fractionDigits) after")
        }
        normalBytes += before + after + (after > 0 ? 1 : 0)
    }

    private mutating func scanDigits() -> Range<Int> {
        let start = at
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
        return start..<at
    }

    private mutating func scanWord(_ word: StaticString) throws(InvalidInput) {
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else { throw failure("not a JSON value") }
        }
        normalBytes += word.utf8CodeUnitCount
    }

    private mutating func descend() throws(InvalidInput) {
        at += 1
        depth += 1
        normalBytes += 2
        guard depth <= nesting else { throw InvalidInput(field, "nested deeper than \(nesting) levels") }
    }

    private mutating func ascend() { depth -= 1 }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipBlank() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private func failure(_ what: String) -> InvalidInput {
        InvalidInput(field, "is not JSON: \(what) (at byte \(at))")
    }
}
