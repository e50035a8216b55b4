/// `TraceParent` checks the headers `traceparent` and `tracestate` of the W3C's Trace Context, at every door alike.
///
/// A job keeps both in a single text: the `traceparent`, and behind a line end the `tracestate`. Behind these stand two
/// lines for the job that a resubmitted job repeats.
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

    /// Returns both headers as a job keeps them; nil without a well-formed `traceparent`. A malformed `state` is left out.
    package static func context(_ parent: String?, state: String?) -> String? {
        guard let parent = checked(parent) else { return nil }
        return checkedState(state).map { "\(parent)\n\($0)" } ?? parent
    }

    /// Returns the `traceparent` of a kept text, unchecked; nil for a text without one.
    package static func parent(of context: String) -> String? {
        let line = context.utf8.prefix { $0 != lineEnd }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Returns the `tracestate` of a kept text; nil without one, and for a malformed one of foreign code.
    package static func state(of context: String) -> String? {
        let behind = context.utf8.drop { $0 != lineEnd }.dropFirst()
        let rest = behind.prefix { $0 != lineEnd }
        // Further lines are the two of a resubmitted job, or foreign.
        let isWhole = rest.count == behind.count || behind.count { $0 == lineEnd } == 2
        guard isWhole else { return nil }
        return rest.isEmpty ? nil : checkedState(String(decoding: rest, as: UTF8.self))
    }

    private static let lineEnd = UInt8(ascii: "\n")

    /// Maximum bytes of a `tracestate`.
    package static let stateBytes = 512

    /// Returns a `tracestate`; nil for a text that is none, or is over 512 bytes.
    ///
    /// The text is a list of `key=value` with commas, in printable ASCII; members may be empty.
    package static func checkedState(_ text: String?) -> String? {
        guard let text, (1...stateBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        let members = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let named = members.map { $0.drop { $0 == UInt8(ascii: " ") } }.filter { !$0.isEmpty }
        return !named.isEmpty && named.allSatisfy(isMember) ? text : nil
    }

    private static func isMember(_ member: Substring.UTF8View) -> Bool {
        let parts = member.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, isKey(first), parts[0].allSatisfy(isKeyOrSign) else {
            return false
        }
        return !parts[1].isEmpty
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isKeyOrSign(_ byte: UInt8) -> Bool { isKey(byte) || "_-*/@".utf8.contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
