/// Writes the normal form of a text accepted by the scanner.
///
/// A single pass: members are written as they come, and sorted at the end of their object when needed. Recursion is as
/// deep as the nesting, which the scanner limits.
struct JSONNormalWriter {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var normal: [UInt8] = []
    private var open = JSONOpenMembers()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        normal.reserveCapacity(bytes.count + bytes.count / 8)
    }

    mutating func writeValue() {
        skipBlank()
        switch bytes[at] {
        case UInt8(ascii: "{"): writeObject()
        case UInt8(ascii: "["): writeArray()
        case UInt8(ascii: "\""): writeString()
        case UInt8(ascii: "t"), UInt8(ascii: "n"): copy(4)
        case UInt8(ascii: "f"): copy(5)
        default: writeNumber()
        }
    }

    private mutating func writeArray() {
        copyByte()
        skipBlank()
        while bytes[at] != UInt8(ascii: "]") {
            writeValue()
            separate()
        }
        copyByte()
    }

    private mutating func writeObject() {
        let mark = open.mark
        copyByte()
        let start = normal.count
        skipBlank()
        while bytes[at] != UInt8(ascii: "}") {
            writeMember()
            separate()
        }
        if let members = open.reordered(since: mark) { rewrite(members, from: start) }
        open.close(mark)
        copyByte()
    }

    private mutating func writeMember() {
        let start = normal.count
        let name = writeName()
        skipBlank()
        at += 1
        appendPair(UInt8(ascii: ":"), UInt8(ascii: " "))
        writeValue()
        open.append(name: name, text: start..<normal.count)
    }

    private mutating func separate() {
        skipBlank()
        guard bytes[at] == UInt8(ascii: ",") else { return }
        at += 1
        appendPair(UInt8(ascii: ","), UInt8(ascii: " "))
        skipBlank()
    }

    private mutating func rewrite(_ members: [JSONOpenMembers.Member], from start: Int) {
        let written = Array(normal[start...])
        normal.removeLast(written.count)
        for member in members {
            if normal.count > start { appendPair(UInt8(ascii: ","), UInt8(ascii: " ")) }
            normal += written[member.text.lowerBound - start..<member.text.upperBound - start]
        }
    }

    // MARK: scalars

    private mutating func writeNumber() {
        let start = at
        // A "-0" may have to become "0".
        var isNormal = bytes[at] != UInt8(ascii: "-") || bytes[at + 1] != UInt8(ascii: "0")
        while at < bytes.count, JSONNumber.mayHold(bytes[at]) {
            if bytes[at] | 0x20 == UInt8(ascii: "e") { isNormal = false }
            at += 1
        }
        if isNormal { normal += bytes[start..<at] } else { JSONNumber(bytes[start..<at]).write(to: &normal) }
    }

    private mutating func writeString() {
        let (literal, isNormal) = takeLiteral()
        guard !isNormal else { return normal += bytes[literal] }
        let text = open.names.count
        JSONString.unescape(bytes[literal].dropFirst().dropLast(), to: &open.names)
        writeEscaped(from: text)
        open.names.removeLast(open.names.count - text)
    }

    /// Writes a member's name and returns the range of its unescaped text in `open.names`.
    private mutating func writeName() -> Range<Int> {
        let (literal, isNormal) = takeLiteral()
        let text = open.names.count
        JSONString.unescape(bytes[literal].dropFirst().dropLast(), to: &open.names)
        if isNormal { normal += bytes[literal] } else { writeEscaped(from: text) }
        return text..<open.names.count
    }

    private mutating func writeEscaped(from text: Int) {
        normal.append(UInt8(ascii: "\""))
        JSONString.escape(open.names[text...], to: &normal)
        normal.append(UInt8(ascii: "\""))
    }

    /// Returns the range of the next string literal, quotes included. `isNormal` is true without a backslash, because
    /// such a literal needs no rewriting.
    private mutating func takeLiteral() -> (Range<Int>, isNormal: Bool) {
        let start = at
        var isNormal = true
        at += 1
        while bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") {
                isNormal = false
                at += 1
            }
            at += 1
        }
        at += 1
        return (start..<at, isNormal)
    }

    private mutating func copy(_ count: Int) {
        normal += bytes[at..<at + count]
        at += count
    }

    private mutating func copyByte() {
        normal.append(bytes[at])
        at += 1
    }

    private mutating func appendPair(_ one: UInt8, _ other: UInt8) {
        normal.append(one)
        normal.append(other)
    }

    private mutating func skipBlank() {
        while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
    }
}
