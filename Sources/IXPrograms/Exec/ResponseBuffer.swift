internal import IXCore
internal import IXPipelines

/// `ResponseBuffer` keeps a run's standard output, up to a limit in bytes.
struct ResponseBuffer {
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    /// True once the output passed the limit; all output is then dropped.
    private(set) var overflowed = false

    init(limit: Int = PipelineLimits.outputBytes) { self.limit = limit }

    /// Adds output; drops all output once the limit is passed, so that a flood costs no memory.
    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        guard !overflowed else { return }
        guard bytes.count + chunk.count <= limit else {
            overflowed = true
            bytes = []
            return
        }
        bytes.append(contentsOf: chunk)
    }

    /// Returns the output as a response. Throws when the output is not a valid response document.
    func response() throws(InvalidInput) -> ResponseIX {
        // Most programs end their output with a line end, which is no part of the document.
        let text = bytes.prefix((bytes.lastIndex { $0 > 0x20 } ?? -1) + 1)
        return try ResponseIX(JSONDocument(text, field: "response", limit: limit))
    }

    /// The start of the output as printable text, 200 bytes at most; nil when the output is empty.
    var snippet: String? {
        bytes.isEmpty ? nil : SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes)
    }
}
