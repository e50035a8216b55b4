internal import Glibc

/// Cuts a byte stream into lines, and lines that are too long into pieces; empty ones are left out.
struct LineSplitter {
    private let limit: Int
    private var partial: [UInt8] = []

    init(limit: Int = ExecLimits.logLineBytes) { self.limit = limit }

    /// Takes the next bytes, and hands each line that ends in them to `emit`, without its end.
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

    /// Ends the line that has no end yet.
    mutating func finish(emit: (UnsafeRawBufferPointer) -> Void) {
        if partial.last == 0x0D { partial.removeLast() }
        if !partial.isEmpty { partial.withUnsafeBytes(emit) }
        partial.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ piece: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = piece[...]
        while partial.count + rest.count > limit {
            partial.append(contentsOf: rest.prefix(limit - partial.count))
            rest = rest.dropFirst(limit - (partial.count - min(partial.count, limit)) - rest.startIndex + rest.startIndex)
        }
        partial.append(contentsOf: rest)
    }
}
