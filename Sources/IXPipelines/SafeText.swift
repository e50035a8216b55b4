/// `SafeText` makes a child's output fit for a store, a log or an error.
package enum SafeText {
    /// Returns the text without NUL characters, which PostgreSQL's text type can't hold.
    package static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
    }

    /// Returns the end of `text` in whole scalars, at most `count` bytes of UTF-8.
    package static func suffix(_ text: String, bytes count: Int) -> String {
        guard text.utf8.count > count else { return text }
        var start = text.utf8.index(text.endIndex, offsetBy: -count)
        while start.samePosition(in: text.unicodeScalars) == nil { start = text.utf8.index(after: start) }
        return String(text[start...])
    }

    /// Returns the start of `bytes` as a single printable line of at most `count` bytes; invisible characters become
    /// `\u{…}`.
    package static func snippet(_ bytes: some Collection<UInt8>, bytes count: Int) -> String {
        var line = ""
        for scalar in String(decoding: bytes.prefix(count), as: UTF8.self).unicodeScalars {
            let shown = isVisible(scalar) ? String(Character(scalar)) : "\\u{\(String(scalar.value, radix: 16))}"
            guard line.utf8.count + shown.utf8.count <= count else { break }
            line += shown
        }
        return line
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
