import Glibc

/// Reading and writing of JSON's string literals.
public enum JSONString {
    /// Returns `text` as a literal, quotes included.
    public static func encode(_ text: String) -> String {
        // Fast path: nearly no text needs an escape.
        if text.withBytes({ $0.allSatisfy(isPlain) }) { return "\"" + text + "\"" }
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case "\0"..<" ": literal += "\\u00" + hexPair(UInt8(scalar.value))
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }

    /// Appends `text` as a literal, quotes included.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        let isDone = text.withBytes { plain in
            guard plain.allSatisfy(isPlain) else { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: plain)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if !isDone { bytes += Array(encode(text).utf8) }
    }

    /// True for a byte that a literal has as it is.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Appends `text` escaped as by PostgreSQL, without the quotes.
    static func escape(_ text: ArraySlice<UInt8>, to literal: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): literal += [UInt8(ascii: "\\"), byte]
            case 0x20...: literal.append(byte)
            case 0x08: literal += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
            case 0x0C: literal += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
            case 0x0A: literal += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: literal += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: literal += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            default: literal += Array(("\\u00" + hexPair(byte)).utf8)
            }
        }
    }

    /// Returns the text of a literal accepted by the scanner.
    static func decode(_ literal: ArraySlice<UInt8>) -> String {
        let inner = literal.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        var text: [UInt8] = []
        unescape(inner, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the UTF-8 text between the quotes of an accepted literal.
    static func unescape(_ inner: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var at = inner.startIndex
        while at < inner.endIndex {
            guard inner[at] == UInt8(ascii: "\\") else {
                text.append(inner[at])
                at += 1
                continue
            }
            let (scalar, next) = escape(inner, at + 1)
            text.append(contentsOf: scalar.utf8)
            at = next
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func escape(_ bytes: ArraySlice<UInt8>, _ at: Int) -> (Unicode.Scalar, next: Int) {
        switch bytes[at] {
        case UInt8(ascii: "n"): return ("\n", at + 1)
        case UInt8(ascii: "r"): return ("\r", at + 1)
        case UInt8(ascii: "t"): return ("\t", at + 1)
        case UInt8(ascii: "b"): return ("\u{8}", at + 1)
        case UInt8(ascii: "f"): return ("\u{C}", at + 1)
        case UInt8(ascii: "u"): return unicode(bytes, at + 1)
        case let other: return (Unicode.Scalar(other), at + 1)
        }
    }

    private static func unicode(_ bytes: ArraySlice<UInt8>, _ at: Int) -> (Unicode.Scalar, next: Int) {
        let high = hex(bytes, at)
        guard (0xD800..<0xDC00).contains(high) else { return (Unicode.Scalar(high) ?? "\u{FFFD}", at + 4) }
        let low = hex(bytes, at + 6)
        return (Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}", at + 10)
    }

    private static func hex(_ bytes: ArraySlice<UInt8>, _ at: Int) -> UInt32 {
        bytes[at..<at + 4].reduce(0) { $0 << 4 | (hexDigit($1) ?? 0) }
    }

    private static func hexPair(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

/// Text compared by bytes. String considers "é" equal to "e" with a combining accent; jsonb and SQLite don't.
struct ExactText: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool { areEqual(left.text, right.text) }

    /// True when the texts are equal byte by byte.
    static func areEqual(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && one.withBytes { one in
                other.withBytes { other in
                    guard let left = one.baseAddress, let right = other.baseAddress else { return true }
                    return memcmp(left, right, one.count) == 0
                }
            }
    }

    func hash(into hasher: inout Hasher) { text.withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) } }
}

extension String {
    /// Calls `body` with the text's UTF-8.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
