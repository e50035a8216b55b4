/// Text from outside, made fit to be printed for people: a terminal obeys nothing in it, no reader sees its characters in
/// another order than they stand, and it ends no line that the program didn't end.
///
/// Every command line, the log's text and the doctor print foreign text through this one function.
public enum PrintedText {
    /// `text` with control characters (C0, DEL, C1), line ends and separators, and invisible formatting (bidirectional
    /// overrides and isolates above all) as visible escapes: `\n`, `\t`, `\u001b`, `\u202e`.
    ///
    /// - Parameter keepsLines: Leaves line feeds and tabs as they are, for texts of several lines.
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

    /// Nearly all text is: printable ASCII, looked at as bytes.
    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        // The two joiners belong to the spelling of languages and to pictures; they move nothing.
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
            // As JSON writes it, so that a JSON text stays one.
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }.joined()
        }
    }
}
