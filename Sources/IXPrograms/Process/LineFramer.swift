internal import Glibc
internal import IXPipelines

/// `LineFramer` cuts a byte stream into lines. A line ends with LF or CRLF, which is not a part of the line. Empty lines
/// are dropped.
struct LineFramer {
    /// The treatment of a line over the limit.
    enum Excess {
        /// The line is emitted in pieces of whole UTF-8 characters.
        case split
        /// Neither the line nor any later output is emitted.
        case stop
    }

    private let limit: Int
    private let excess: Excess
    private var partial: [UInt8] = []
    /// True once a line passed the limit and `excess` is `stop`.
    private(set) var hasOverflowed = false
    /// True when a line has begun and not ended.
    var hasBegun: Bool { !partial.isEmpty }

    /// Creates a framer at the start of a line. `limit` is the longest line in bytes, with a CR at the end.
    init(limit: Int = PipelineLimits.logLineBytes, excess: Excess = .split) {
        self.limit = limit
        self.excess = excess
    }

    /// Takes the next bytes, and calls `emit` with each completed line.
    mutating func take(_ bytes: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = bytes
        while !hasOverflowed, let start = rest.baseAddress, !rest.isEmpty {
            let newline = memchr(start, 0x0A, rest.count).map { UnsafeRawPointer($0) - start }
            append(UnsafeRawBufferPointer(rebasing: rest[..<(newline ?? rest.count)]), emit: emit)
            guard let newline else { return }
            finish(emit: emit)
            rest = UnsafeRawBufferPointer(rebasing: rest[(newline + 1)...])
        }
    }

    /// Emits the incomplete last line.
    mutating func finish(emit: (UnsafeRawBufferPointer) -> Void) {
        if partial.last == 0x0D { partial.removeLast() }
        if !partial.isEmpty { partial.withUnsafeBytes(emit) }
        partial.removeAll(keepingCapacity: partial.count < Self.kept)
    }

    /// The buffer of a longer line is freed with the line.
    private static let kept = 64 << 10

    private mutating func append(_ piece: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = piece
        while partial.count + rest.count > limit {
            guard excess == .split else { return overflow() }
            let room = limit - partial.count
            partial.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<room]))
            rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            split(emit: emit)
        }
        partial.append(contentsOf: rest)
    }

    private mutating func overflow() {
        hasOverflowed = true
        partial = []
    }

    private mutating func split(emit: (UnsafeRawBufferPointer) -> Void) {
        let cut = Self.wholeCharacters(partial)
        partial.withUnsafeBytes { emit(UnsafeRawBufferPointer(rebasing: $0[..<cut])) }
        partial.removeFirst(cut)
    }

    /// Returns the number of leading bytes that form whole UTF-8 characters.
    private static func wholeCharacters(_ bytes: [UInt8]) -> Int {
        guard let lead = bytes.indices.suffix(4).last(where: { bytes[$0] & 0xC0 != 0x80 }), lead > 0 else {
            return bytes.count
        }
        let length = (~bytes[lead]).leadingZeroBitCount
        return (2...4).contains(length) && lead + length > bytes.count ? lead : bytes.count
    }
}
