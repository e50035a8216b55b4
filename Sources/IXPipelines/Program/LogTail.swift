/// The end of a byte stream, within a fixed room.
struct LogTail {
    private let limit: Int
    private var bytes: [UInt8] = []

    init(limit: Int = ExecLimits.logTailBytes) { self.limit = limit }

    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk.suffix(limit)))
        // Twice the room before anything moves keeps the cost per byte constant.
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// The tail as text any store takes: `limit` bytes at most, invalid UTF-8 repaired, NUL left out.
    var text: String {
        let kept = String(decoding: bytes.suffix(limit).drop(while: Self.isContinuation), as: UTF8.self)
        return SafeText.suffix(SafeText.withoutNUL(kept), bytes: limit)
    }

    /// The last whole lines that fit into `count` bytes, nil when there are none.
    static func lastLines(of text: String, bytes count: Int) -> String? {
        let trimmed = text.trimmingNewlines()
        guard !trimmed.isEmpty else { return nil }
        let end = SafeText.suffix(String(trimmed), bytes: count)
        guard end.utf8.count < trimmed.utf8.count, let cut = end.firstIndex(where: \.isNewline) else { return end }
        return String(end[cut...].trimmingNewlines())
    }

    /// A cut through a character must not look like a broken one.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

extension StringProtocol {
    /// The same text without line ends and blanks around it.
    fileprivate func trimmingNewlines() -> SubSequence {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
