import FoundationEssentials

/// A statement's parameters in one buffer: as text, or in the server's binary form where the binary form is shorter to
/// write and to read.
struct Parameters {
    private struct Span {
        /// The offset in the buffer; nil for NULL.
        let start: Int?
        let length: Int32
        let isBinary: Bool
    }

    private var bytes: [UInt8] = []
    private var spans: [Span] = []

    init() {}

    init(_ texts: [String?]) {
        bytes.reserveCapacity(texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 1 })
        for text in texts { append(text) }
    }

    var count: Int { spans.count }

    /// Appends a text. The text ends at its first NUL, as every text does for libpq.
    mutating func append(_ text: String?) {
        guard let text else { return spans.append(Span(start: nil, length: 0, isBinary: false)) }
        spans.append(Span(start: bytes.count, length: Int32(text.utf8.count), isBinary: false))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    mutating func append(_ id: UUID) { binary { $0.add(id) } }
    mutating func append(_ number: Int) { binary { $0.add(Int32(clamping: number)) } }
    /// Appends a timestamptz: microseconds since the year 2000.
    mutating func append(instant: Int64) {
        binary {
            $0.add(Int32(truncatingIfNeeded: instant >> 32))
            $0.add(Int32(truncatingIfNeeded: instant))
        }
    }
    mutating func append(_ flag: Bool) { binary { $0.append(flag ? 1 : 0) } }
    mutating func append(_ ids: [UUID]) { array(ids, type: 2950, width: 16) { $0.add($1) } }
    mutating func append(_ numbers: [Int]) { array(numbers, type: 23, width: 4) { $0.add(Int32(clamping: $1)) } }
    mutating func append(_ flags: [Bool]) { array(flags, type: 16, width: 1) { $0.append($1 ? 1 : 0) } }

    /// Appends a jsonb[]; the documents as text.
    mutating func append(documents: [String]) {
        array(documents, type: 3802, width: nil) { bytes, text in
            bytes.add(Int32(text.utf8.count + 1))
            bytes.append(1)  // the binary form's version
            bytes.append(contentsOf: text.utf8)
        }
    }

    mutating func binary(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        spans.append(Span(start: start, length: Int32(bytes.count - start), isBinary: true))
    }

    /// Appends an array of one dimension, without NULLs, counted from 1; each element follows its length.
    mutating func array<Element>(
        _ elements: [Element], type: Int32, width: Int32?, _ write: (inout [UInt8], Element) -> Void
    ) {
        binary { bytes in
            for word in elements.isEmpty ? [0, 0, type] : [1, 0, type, Int32(elements.count), 1] { bytes.add(word) }
            for element in elements {
                if let width { bytes.add(width) }
                write(&bytes, element)
            }
        }
    }

    /// Calls `body` with libpq's arguments: count, values, lengths, formats.
    func withPointers<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        let lengths = spans.map(\.length)
        let formats = spans.map { $0.isBinary ? Int32(1) : 0 }
        return bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = spans.map { span in span.start.flatMap { start in base.map { UnsafePointer($0 + start) } } }
            return body(Int32(spans.count), values, lengths, formats)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ number: Int32) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func add(_ id: UUID) {
        Swift.withUnsafeBytes(of: id.uuid) { append(contentsOf: $0) }
    }
}
