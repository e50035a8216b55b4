internal import Glibc
internal import IXPipelines

/// `LineSplitter` splits a byte stream into lines, and lines over the limit into pieces. Empty lines are dropped.
struct LineSplitter {
    private let limit: Int
    private var partial: [UInt8] = []

    init(limit: Int = PipelineLimits.logLineBytes) { self.limit = limit }

    /// Takes the next bytes, and calls `emit` with each completed line, without its line end.
    mutating func take(_ bytes: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
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
        partial.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ piece: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = piece
        while partial.count + rest.count > limit {
            let room = limit - partial.count
            partial.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<room]))
            rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            split(emit: emit)
        }
        partial.append(contentsOf: rest)
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
