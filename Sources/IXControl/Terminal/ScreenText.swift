import IXCore

/// Text from the queue made safe for a terminal: no control sequence remains, and the width in cells is known.
struct ScreenText {
    private let scalars: [Unicode.Scalar]
    let width: Int

    init(_ text: String) {
        scalars = PrintedText.safe(text).unicodeScalars.map { Self.isVisible($0) ? $0 : "\u{FFFD}" }
        width = scalars.reduce(0) { $0 + Self.width($1) }
    }

    var text: String { String(String.UnicodeScalarView(scalars)) }

    /// Returns text exactly `columns` cells wide: cut with an ellipsis, or filled with blanks.
    func fitted(to columns: Int) -> String {
        let cut = shortened(to: columns)
        return cut.text + String(repeating: " ", count: max(0, columns - cut.width))
    }

    /// Returns text at most `columns` cells wide; cut text ends with an ellipsis.
    func shortened(to columns: Int) -> ScreenText {
        guard width > columns else { return self }
        guard columns > 0 else { return ScreenText("") }
        var kept: [Unicode.Scalar] = []
        var used = 1
        for scalar in scalars {
            used += Self.width(scalar)
            if used > columns { break }
            kept.append(scalar)
        }
        return ScreenText(String(String.UnicodeScalarView(kept)) + "…")
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    /// The number of terminal cells: 0 for combining marks, 2 for wide East Asian characters and pictures, otherwise 1.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
