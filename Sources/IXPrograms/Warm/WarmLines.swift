internal import IXPipelines

/// `WarmLines` splits a warm process's standard output into lines. Empty lines are dropped.
struct WarmLines {
    private var partial: [UInt8] = []
    /// True once a line passed the limit; all later output is ignored.
    private(set) var overflowed = false

    /// True while the output ends in an incomplete line.
    var isPartial: Bool { !partial.isEmpty }

    /// Takes the next bytes, and calls `emit` with each completed line, without its line end.
    mutating func take(_ bytes: UnsafeRawBufferPointer, emit: ([UInt8]) -> Void) {
        var rest = bytes[...]
        while !overflowed, let end = rest.firstIndex(of: 0x0A) {
            partial.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            finish(emit)
        }
        partial.append(contentsOf: rest)
        if partial.count > WarmLine.limit { overflow() }
    }

    private mutating func finish(_ emit: ([UInt8]) -> Void) {
        if partial.count > WarmLine.limit { return overflow() }
        if partial.last == 0x0D { partial.removeLast() }
        if !partial.isEmpty { emit(partial) }
        partial.removeAll(keepingCapacity: partial.count < 64 << 10)
    }

    private mutating func overflow() {
        overflowed = true
        partial = []
    }
}
