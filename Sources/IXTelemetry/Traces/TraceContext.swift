internal import IXCore

/// `TraceContext` is the place of a run in a distributed trace, in the form of the W3C's Trace Context.
package struct TraceContext: Sendable, Equatable {
    /// The header `traceparent`: version, trace id, span id and flags in hexadecimal.
    package let traceparent: String

    /// Reads the value of a header `traceparent`; nil for any other text, and for ids of zeros alone.
    ///
    /// A version above 00 may have more fields behind the flags; the first four are kept.
    package init?(header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }), parts[0] != "ff",
            parts.count == 4 || parts[0] != "00",
            [parts[1], parts[2]].allSatisfy({ $0.contains { $0 != "0" } })
        else { return nil }
        traceparent = parts.prefix(4).joined(separator: "-")
    }

    private init(traceparent: String) { self.traceparent = traceparent }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// Returns the context of a new trace, with random ids and the flag *sampled*.
    package static func new() -> TraceContext {
        // Zeros alone mean no trace.
        let words = (0..<3).map { _ in hex(max(1, KernelRandom.word())) }
        return TraceContext(traceparent: "00-\(words[0])\(words[1])-\(words[2])-01")
    }

    private static func hex(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: value >> (60 - 4 * UInt64(index)) & 0xF)
                digits[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
