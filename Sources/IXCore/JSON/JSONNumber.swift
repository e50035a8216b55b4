/// The digits of a number, moved to their position after its exponent is applied. Never converted to Double, which
/// would lose digits.
struct JSONNumber {
    private let isNegative: Bool
    /// ASCII digits without the point.
    private let digits: [UInt8]
    /// Number of digits before the point. Negative when zeros stand between the point and the first digit: -2 means two
    /// zeros.
    private let point: Int

    /// Reads a number accepted by the scanner, which limits the exponent.
    init(_ text: ArraySlice<UInt8>) {
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let exponent = Self.integer(text.dropFirst(mantissa.count + 1))
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        isNegative = whole.first == UInt8(ascii: "-")
        digits = mantissa.filter(Self.isDigit)
        point = whole.count - (isNegative ? 1 : 0) + exponent
    }

    /// Appends the number as numeric prints it: no exponent, no leading zeros, every digit after the point kept.
    func write(to text: inout [UInt8]) {
        let significant = digits.firstIndex { $0 != UInt8(ascii: "0") }
        if isNegative, significant != nil { text.append(UInt8(ascii: "-")) }
        if let significant, significant < point {
            text += digits[significant..<max(significant, min(point, digits.count))]
            appendZeros(point - max(significant, digits.count), to: &text)
        } else {
            text.append(UInt8(ascii: "0"))
        }
        guard digits.count > point else { return }
        text.append(UInt8(ascii: "."))
        appendZeros(-point, to: &text)
        text += digits[max(point, 0)...]
    }

    static func mayHold(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte | 0x20 == UInt8(ascii: "e")
    }

    private func appendZeros(_ count: Int, to text: inout [UInt8]) {
        guard count > 0 else { return }
        text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func integer(_ text: ArraySlice<UInt8>) -> Int {
        let value = text.filter(isDigit).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return text.first == UInt8(ascii: "-") ? -value : value
    }
}
