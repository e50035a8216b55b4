/// Finds the lines of keys and headers, because the parser doesn't report lines of values and error messages need a
/// line.
///
/// Accepts any text; the lines are only reliable for a text that the parser accepts. A key inside an inline table
/// counts as the key of the inline table.
struct TOMLLines {
    private var lines: [[String]: Int] = [:]
    /// The line of the first header whose name begins with an invalid character, because the parser ends the program on
    /// such a header.
    private(set) var oddHeader: Int?
    /// The line of the first byte outside texts and comments that TOML has no use for, because the parser ends the program
    /// on such a byte in some positions: a control character, a byte beyond ASCII, a bracket that closes another
    /// kind, or the colon of a time, which no key takes.
    private(set) var oddCharacter: Int?
    /// True inside a text or a comment.
    private var isInText = false
    private let bytes: [UInt8]
    private var at = 0
    private var number = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        var section: [String] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "["): section = scanHeader()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
            default: scanPair(in: section)
            }
        }
    }

    /// Returns the line of the key, or of the nearest enclosing key; nil when neither is known.
    func line(of path: [String]) -> Int? {
        var path = path[...]
        while !path.isEmpty {
            if let line = lines[Array(path)] { return line }
            path.removeLast()
        }
        return nil
    }

    private mutating func scanHeader() -> [String] {
        for _ in 0..<2 where peek() == UInt8(ascii: "[") { advance() }
        let line = number
        skipBlanks()
        if !(peek().map(Self.mayBegin) ?? false), oddHeader == nil { oddHeader = line }
        let path = scanPath()
        note(path, line)
        skipLine()
        return path
    }

    /// True for a byte with which a name may begin.
    private static func mayBegin(_ byte: UInt8) -> Bool { DottedName.isBare(byte) || "\"'".utf8.contains(byte) }

    private static func mayStandAlone(_ byte: UInt8) -> Bool {
        ((0x20..<0x7F).contains(byte) && byte != UInt8(ascii: ":")) || "\t\r\n".utf8.contains(byte)
    }

    private mutating func scanPair(in section: [String]) {
        let line = number
        note(section + scanPath(), line)
        skipValue()
    }

    /// Records the first line of a path and of each prefix of the path.
    private mutating func note(_ path: [String], _ line: Int) {
        for count in path.indices.map({ $0 + 1 }) where lines[Array(path.prefix(count))] == nil {
            lines[Array(path.prefix(count))] = line
        }
    }

    private mutating func scanPath() -> [String] {
        var path: [String] = []
        repeat {
            if path.count > 0 { advance() }
            skipBlanks()
            path.append(scanName())
            skipBlanks()
        } while peek() == UInt8(ascii: ".")
        return path
    }

    private mutating func scanName() -> String {
        let start = at
        if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") {
            skipString()
            return String(decoding: bytes[start..<at].dropFirst().dropLast(), as: UTF8.self)
        }
        while let byte = peek(), DottedName.isBare(byte) { advance() }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func skipValue() {
        var open: [UInt8] = []
        while let byte = peek(), !open.isEmpty || byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
            case UInt8(ascii: "#"): skipLine()
            default:
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { open.append(byte) }
                // The codes of a pair of brackets differ by 2.
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"), open.popLast() != byte - 2 {
                    oddCharacter = oddCharacter ?? number
                }
                advance()
            }
        }
    }

    private mutating func skipString() {
        isInText = true
        defer { isInText = false }
        let quote = bytes[at]
        let isLong = bytes[at...].starts(with: [quote, quote, quote])
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        while let byte = peek() {
            let isEnd = byte == quote && (!isLong || bytes[at...].starts(with: [quote, quote, quote]))
            if isEnd { break }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { advance() }
            advance()
        }
        // A multi-line text may end with up to 5 quotes: 2 of its own before the closing 3.
        for _ in 0..<(isLong ? 5 : 1) where peek() == quote { advance() }
    }

    private mutating func skipLine() {
        isInText = true
        defer { isInText = false }
        while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
    }

    private mutating func skipBlanks() {
        while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") { advance() }
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func advance() {
        guard let byte = peek() else { return }
        if !isInText, oddCharacter == nil, !Self.mayStandAlone(byte) { oddCharacter = number }
        if byte == UInt8(ascii: "\n") { number += 1 }
        at += 1
    }
}
