/// `TraceParent` checks the header `traceparent` of the W3C's Trace Context, at every door alike.
package enum TraceParent {
    /// Returns version, trace id, span id and flags; nil for any other text, and for ids of zeros alone.
    ///
    /// A version above 00 may have more fields behind the flags; the first four are kept.
    package static func fields(of text: String) -> [Substring]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(isDigit) }), parts[0] != "ff",
            parts.count == 4 || parts[0] != "00",
            [parts[1], parts[2]].allSatisfy({ $0.contains { $0 != "0" } })
        else { return nil }
        return Array(parts.prefix(4))
    }

    /// Returns the four fields as a header; nil for a malformed text, which callers leave out: a trace is for people,
    /// and no reason to refuse a job.
    package static func checked(_ text: String?) -> String? { text.flatMap(fields)?.joined(separator: "-") }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
