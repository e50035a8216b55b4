/// Foreign text made safe to print for people.
///
/// Guarantees: a terminal obeys no character of the text, readers see the characters in their stored order, and the
/// text ends no line. Every command line, the log's text and the doctor print foreign text through this function.
public enum PrintedText {
    /// Returns `text` with invisible characters as visible escapes: `\n`, `\t`, `\u001b`, `\u202e`. Escaped are control
    /// characters (C0, DEL, C1), line ends and separators, and invisible formatting, above all bidirectional overrides
    /// and isolates.
    ///
    /// - Parameter keepsLines: leaves line feeds and tabs unescaped, for texts of several lines.
    public static func safe(_ text: String, keepsLines: Bool = false) -> String {
        if isPlain(text) { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if keepsLines && (scalar == "\n" || scalar == "\t") || !isObeyed(scalar) {
                safe.append(scalar)
            } else {
                safe.append(contentsOf: escape(scalar).unicodeScalars)
            }
        }
        return String(safe)
    }

    /// True for printable ASCII, read as bytes; a fast path for nearly all texts.
    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        // The two joiners belong to the spelling of languages and to emoji, and move no other character.
        case .format: return scalar.value != 0x200C && scalar.value != 0x200D
        default: return false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            // Escaped as in JSON, so that a JSON text stays valid.
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }.joined()
        }
    }
}
