/// `ScreenFrame` is the part of a text that a screen shows: the first line, and those below from an offset on.
struct ScreenFrame {
    /// The lines to draw, at most as many as the screen has rows.
    let lines: [String]
    /// The number of lines above the screen, within what the text has.
    let offset: Int

    /// Cuts `text` to `rows`, `offset` lines further down where the text is longer. Lines below are counted in the last row.
    init(_ text: [String], rows: Int, from offset: Int) {
        let body = text.dropFirst()
        let room = max(rows - 1, 0)
        self.offset = min(max(offset, 0), max(body.count - room, 0))
        var shown = Array(body.dropFirst(self.offset).prefix(room))
        let below = body.count - self.offset - shown.count
        if below > 0, !shown.isEmpty { shown[shown.count - 1] = "… \(below + 1) more lines: j or ↓" }
        lines = Array(text.prefix(min(rows, 1))) + shown
    }

    /// Returns how far keys move the text: positive is down. Keys may come together, because a terminal waits for no reader.
    static func move(_ keys: String, page: Int) -> Int {
        var (lines, rest) = (0, Substring(keys))
        while let first = rest.first {
            let end = first == "\u{1B}" ? rest.dropFirst(2).firstIndex { $0.isLetter || $0 == "~" } : rest.startIndex
            let key = rest[...(end ?? rest.index(before: rest.endIndex))]
            lines += move(key, page)
            rest = rest[key.endIndex...]
        }
        return lines
    }

    private static func move(_ key: Substring, _ page: Int) -> Int {
        switch key {
        case "j", "\u{1B}[B", "\u{1B}OB": 1
        case "k", "\u{1B}[A", "\u{1B}OA": -1
        case " ", "\u{1B}[6~": page
        case "b", "\u{1B}[5~": -page
        // Far enough for every text; the frame keeps the offset within it.
        case "G", "\u{1B}[F": 100_000
        case "g", "\u{1B}[H": -100_000
        default: 0
        }
    }
}
