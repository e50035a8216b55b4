import IXCore

/// The parameters of a request's target.
struct Query: Sendable {
    let pairs: [(name: String, value: String)]

    /// Reads the text behind the question mark; each name must be one of `names` and stand once.
    init(_ text: Substring?, names: [String]) throws(Problem) {
        var pairs: [(name: String, value: String)] = []
        for part in (text ?? "").split(separator: "&") {
            let cut = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = Self.decoded(part[..<cut]), let value = Self.decoded(part[cut...].dropFirst()) else {
                throw Problem(.badRequest, status: 400, "A parameter is no UTF-8 text.")
            }
            guard names.contains(name) else {
                let near = Suggestion.nearest(to: name, among: names)
                throw Problem(InvalidInput(name, Suggestion.reason("is no parameter of this path", near)))
            }
            guard !pairs.contains(where: { $0.name == name }) else {
                throw Problem(InvalidInput(name, "is given twice"))
            }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    /// True for the text of a target that asks for details (`verbose`).
    static func asksForDetails(_ text: Substring) -> Bool {
        text.split(separator: "&").contains { $0 == "verbose" || $0.hasPrefix("verbose=") }
    }

    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// Returns a whole number in `range`; nil without the parameter.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(InvalidInput(name, "is a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// Returns the text with its percent escapes resolved; nil for a wrong escape or a text that is no UTF-8.
    static func decoded(_ text: Substring, plusIsBlank: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hex), let low = rest.popFirst().flatMap(hex) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
