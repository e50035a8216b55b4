/// `LogTail` keeps the last bytes of a stream in bounded memory.
package struct LogTail {
    private let limit: Int
    private var bytes: [UInt8] = []

    package init(limit: Int = PipelineLimits.logTailBytes) { self.limit = limit }

    /// Adds bytes, of which only the last `limit` are kept.
    package mutating func append(_ chunk: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk.suffix(limit)))
        // The buffer grows to twice the limit before bytes are moved, so that the cost per byte stays constant.
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// The tail as text that every store accepts: `limit` bytes at most, invalid UTF-8 repaired, NUL removed.
    package var text: String {
        let kept = String(decoding: bytes.suffix(limit).drop(while: Self.isContinuation), as: UTF8.self)
        return SafeText.suffix(SafeText.withoutNUL(kept), bytes: limit)
    }

    /// Returns the last whole lines within `count` bytes, or the end of a longer last line; nil when the text is blank.
    package static func lastLines(of text: String, bytes count: Int) -> String? {
        let trimmed = text.trimmingNewlines()
        guard !trimmed.isEmpty else { return nil }
        let end = SafeText.suffix(String(trimmed), bytes: count)
        guard end.utf8.count < trimmed.utf8.count, let cut = end.firstIndex(where: \.isNewline) else { return end }
        return String(end[cut...].trimmingNewlines())
    }

    /// Returns true for a UTF-8 continuation byte. Continuation bytes at the cut are dropped, so that a cut character
    /// doesn't look like invalid input.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

extension StringProtocol {
    /// Returns the text without surrounding whitespace.
    fileprivate func trimmingNewlines() -> SubSequence {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
