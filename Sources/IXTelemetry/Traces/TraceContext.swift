package import FoundationEssentials
internal import IXCore

/// `TraceContext` is the place of a run in a distributed trace, in the form of the W3C's Trace Context.
package struct TraceContext: Sendable, Equatable {
    /// The header `traceparent`: version, trace id, span id and flags in hexadecimal.
    package let traceparent: String
    /// The header `tracestate`: the caller's tracing systems, handed on as they came; nil without one.
    package let state: String?

    /// Reads the value of a header `traceparent`; nil for any other text, and for ids of zeros alone.
    ///
    /// A version above 00 may have more fields behind the flags; the first four are kept.
    package init?(header: String) {
        guard let checked = TraceParent.checked(header) else { return nil }
        (traceparent, state) = (checked, nil)
    }

    /// Reads the headers `traceparent` and `tracestate`; nil without a well-formed `traceparent`.
    package init?(parent: String, state: String?) {
        guard let checked = TraceParent.checked(parent) else { return nil }
        (traceparent, self.state) = (checked, TraceParent.checkedState(state))
    }

    /// Reads a place as a job keeps it: a `traceparent`, and behind a line end a `tracestate`.
    package init?(stored: String) {
        guard let checked = TraceParent.checked(TraceParent.parent(of: stored)) else { return nil }
        (traceparent, state) = (checked, TraceParent.state(of: stored))
    }

    /// The place as a job keeps it.
    package var stored: String { state.map { "\(traceparent)\n\($0)" } ?? traceparent }

    private init(traceparent: String, state: String? = nil) { (self.traceparent, self.state) = (traceparent, state) }

    /// Creates the context of a start of a job: within the caller's trace, else within a trace of the job's own.
    ///
    /// The ids follow from the job and the claim, so that all starts of a job and its callback share a trace without a
    /// record of their own. `caller` is the job's stored context.
    package init(jobID: UUID, claimID: UUID, caller: String?, isSampled: Bool = true) {
        let own = Self.own(jobID, claimID, isSampled: isSampled)
        guard let caller, let fields = TraceParent.parent(of: caller).flatMap(TraceParent.fields) else {
            self.init(traceparent: own)
            return
        }
        self.init(
            traceparent: "00-\(fields[1])-\(own.dropFirst(36).prefix(16))-\(fields[3])",
            state: TraceParent.state(of: caller))
    }

    /// The id of the trace, in hexadecimal.
    package var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }
    /// The id of the span, in hexadecimal.
    package var spanID: String { String(traceparent.dropFirst(36).prefix(16)) }
    /// True when the trace is kept.
    package var isSampled: Bool {
        // The last hexadecimal digit: of 0 to 9 the odd bytes, of a to f the even ones.
        traceparent.utf8.last.map { ($0 < UInt8(ascii: "a") ? $0 : $0 + 1) & 1 == 1 } ?? false
    }

    /// Returns the same place with another decision about sampling.
    func sampled(_ isSampled: Bool) -> TraceContext {
        TraceContext(traceparent: traceparent.dropLast(2) + (isSampled ? "01" : "00"), state: state)
    }

    /// Returns the context of a new span of the same trace.
    package func child() -> TraceContext {
        TraceContext(
            traceparent: "00-\(traceID)-\(Self.hex(max(1, KernelRandom.word())))-\(isSampled ? "01" : "00")",
            state: state)
    }

    /// The header of a start in a trace of the job's own, written at once, because each start has one.
    private static func own(_ jobID: UUID, _ claimID: UUID, isSampled: Bool) -> String {
        String(unsafeUninitializedCapacity: 55) { header in
            header.initialize(repeating: UInt8(ascii: "-"))
            header[0] = UInt8(ascii: "0")
            header[1] = UInt8(ascii: "0")
            write(jobID, from: 0, to: header, at: 3)
            write(claimID, from: 8, to: header, at: 36)
            header[53] = UInt8(ascii: "0")
            header[54] = UInt8(ascii: isSampled ? "1" : "0")
            return 55
        }
    }

    /// Writes the id's bytes from one on, in hexadecimal.
    private static func write(_ id: UUID, from first: Int, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        withUnsafeBytes(of: id.uuid) { bytes in
            for index in first..<bytes.count {
                let place = start + 2 * (index - first)
                text[place] = digit(bytes[index] >> 4)
                text[place + 1] = digit(bytes[index] & 0xF)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
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
                digits[index] = digit(UInt8(truncatingIfNeeded: value >> (60 - 4 * UInt64(index)) & 0xF))
            }
            return 16
        }
    }
}
