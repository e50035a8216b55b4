internal import IXCore

/// A run's standard output, up to its limit.
struct ResponseBuffer {
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    /// Whether there was more than the limit; what came after it is gone.
    private(set) var overflowed = false

    init(limit: Int = ExecLimits.outputBytes) { self.limit = limit }

    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        guard !overflowed else { return }
        guard bytes.count + chunk.count <= limit else {
            overflowed = true
            bytes = []
            return
        }
        bytes.append(contentsOf: chunk)
    }

    /// The response that the output is.
    func response() throws(InvalidInput) -> ResponseIX {
        // The line end that most programs write is no part of the document.
        let text = bytes.prefix((bytes.lastIndex { $0 > 0x20 } ?? -1) + 1)
        return try ResponseIX(JSONDocument(text, field: "response", limit: limit))
    }

    /// The start of the output, printable; nil when there was none.
    var snippet: String? {
        bytes.isEmpty ? nil : SafeText.snippet(bytes, bytes: ExecLimits.snippetBytes)
    }
}
