internal import IXCore

/// `TraceContext` is the place of a run in a distributed trace, in the form of the W3C's Trace Context.
package struct TraceContext: Sendable, Equatable {
    /// The header `traceparent`: version, trace id, span id and flags in hexadecimal.
    package let traceparent: String

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
