import IXCore

/// `AnswerReader` reads the parts of a receiver's answer that count: the status, `Retry-After` and the beginning of the
/// body. The reader is pure: it does no input or output.
///
/// The reader accepts the deviations that curl accepts, because operators try their receivers with curl: LF alone as a
/// line end, a header over several lines, a repeated equal `Content-Length`, interim answers before the final answer.
///
/// Guarantees: once the reader has a status, no later input takes the status back.
package struct AnswerReader {
    /// The part of the answer before the body.
    package struct Head: Equatable {
        /// The status code of the status line, at least 100.
        package let status: Int
        /// The text of the first `Retry-After` header; nil without such a header.
        package fileprivate(set) var retryAfter: String?
    }

    /// Maximum length of a single header in bytes.
    package static let headerLimit = 64 << 10
    /// Maximum length in bytes of all headers together.
    package static let headLimit = 256 << 10
    private static let start = Array("HTTP/".utf8)

    private enum Position {
        case status, header, body(left: Int?), chunkSize, chunk(left: Int), chunkEnd, over
    }

    /// The complete head; nil until the blank line that ends the head has arrived.
    package private(set) var head: Head?
    /// The beginning of the body, at most `bodyLimit` bytes.
    package private(set) var body: [UInt8] = []
    /// The reason why the input is no HTTP answer; nil while the input may still become an answer.
    package private(set) var fault: String?
    private let bodyLimit: Int
    private var position = Position.status
    private var line: [UInt8] = []
    private var headBytes = 0
    private var coming = Head(status: 0)
    private var length: Int?
    private var isChunked = false

    /// - Parameter bodyLimit: number of bytes of the body to keep; the reader is over once the body has reached the
    ///   limit.
    package init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    /// True when the reader needs no more input.
    package var isOver: Bool { if case .over = position { true } else { false } }

    /// True once bytes of the answer have arrived.
    package var isBegun: Bool { headBytes > 0 }

    /// Reads the next bytes of the answer. Bytes after the end are ignored.
    package mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch position {
            case .over: return
            case .body, .chunk: take(content: byte)
            case .status, .header, .chunkSize, .chunkEnd: take(text: byte)
            }
        }
    }

    private mutating func take(content byte: UInt8) {
        body.append(byte)
        if body.count >= bodyLimit { return position = .over }
        switch position {
        case .body(let left?): position = left > 1 ? .body(left: left - 1) : .over
        case .chunk(let left): position = left > 1 ? .chunk(left: left - 1) : .chunkEnd
        default: return
        }
    }

    private mutating func take(text byte: UInt8) {
        headBytes += 1
        if byte != UInt8(ascii: "\n") {
            line.append(byte)
            return checkBeginning()
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let whole = line
        line = []
        switch position {
        case .status: takeStatus(whole)
        case .header: takeHeader(whole)
        case .chunkSize: takeChunkSize(whole)
        case .chunkEnd: position = .chunkSize
        case .body, .chunk, .over: return
        }
    }

    /// Ends an input that can't become an HTTP answer any more at once, without waiting for the rest.
    private mutating func checkBeginning() {
        guard head == nil else {
            // An overlong line with the size of a chunk only ends the body, because the status is known.
            if line.count > Self.headerLimit { position = .over }
            return
        }
        if case .status = position, !zip(line, Self.start).allSatisfy(==) {
            return refuse("it begins with \(Self.shown(line))")
        }
        if line.count > Self.headerLimit { return tooLong() }
        if headBytes > Self.headLimit { end(because: "the head of the answer is over \(Self.headLimit) bytes") }
    }

    private mutating func tooLong() {
        let name = String(decoding: line.prefix { $0 != UInt8(ascii: ":") }.prefix(40), as: UTF8.self)
        if case .status = position { return refuse("its first line is over \(Self.headerLimit) bytes") }
        end(because: "the header \(PrintedText.safe(name)) of the answer is over \(Self.headerLimit) bytes")
    }

    /// Accepts `HTTP/1.1 200 OK`: any number of blanks between the words, and a reason phrase of any length or none.
    private mutating func takeStatus(_ line: [UInt8]) {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard let version = words.first, version.count > 5,
            version.dropFirst(5).allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") }),
            words.count > 1, words[1].count == 3, words[1].allSatisfy(Self.isDigit),
            let status = Int(Self.text(words[1]))
        else { return refuse("it begins with \(Self.shown(line))") }
        guard status >= 100 else { return refuse("its status is \(Self.text(words[1]))") }
        coming = Head(status: status)
        (length, isChunked) = (nil, false)
        position = .header
    }

    private mutating func takeHeader(_ line: [UInt8]) {
        guard !line.isEmpty else { return endHead() }
        guard !line.contains(0) else { return refuse("a header holds a NUL") }
        // The line continues the header before; the reader needs no header of several lines.
        if line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") { return }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return refuse("a header has no colon") }
        let value = Self.text(Self.trimmed(line[(colon + 1)...]))
        switch Self.text(Self.trimmed(line[..<colon])).lowercased() {
        case "content-length": takeLength(value)
        case "transfer-encoding": isChunked = isChunked || value.lowercased().hasSuffix("chunked")
        case "retry-after": coming.retryAfter = coming.retryAfter ?? value
        default: return
        }
    }

    private mutating func takeLength(_ value: String) {
        for item in value.split(separator: ",", omittingEmptySubsequences: false) {
            let text = Self.trimmed(Array(item.utf8)[...])
            guard !text.isEmpty, text.allSatisfy(Self.isDigit) else { return refuse("its Content-Length is no number") }
            // A number with more digits than fit counts as the largest number, because the reader never reads so far.
            let bytes = Int(Self.text(text)) ?? .max
            guard length == nil || length == bytes else { return refuse("it has two Content-Length that differ") }
            length = bytes
        }
    }

    private mutating func endHead() {
        // An interim answer: the final answer follows.
        if (100..<200).contains(coming.status), coming.status != 101 { return position = .status }
        head = coming
        if coming.status == 101 || coming.status == 204 || coming.status == 304 {
            position = .over
        } else if isChunked {
            position = .chunkSize
        } else if let length {
            position = length > 0 ? .body(left: length) : .over
        } else {
            position = .body(left: nil)
        }
    }

    /// Takes the hexadecimal digits of a chunk's size and ignores the rest of the line.
    private mutating func takeChunkSize(_ line: [UInt8]) {
        let digits = line.prefix { Self.isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        guard !digits.isEmpty, let size = Int(Self.text(digits), radix: 16), size > 0 else { return position = .over }
        position = .chunk(left: size)
    }

    private mutating func refuse(_ reason: String) { end(because: "the answer is not HTTP: \(reason)") }

    private mutating func end(because reason: String) {
        fault = reason
        position = .over
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let start = bytes.drop(while: isBlank)
        return start.prefix(start.lastIndex { !isBlank($0) }.map { $0 - start.startIndex + 1 } ?? 0)
    }

    private static func shown(_ bytes: [UInt8]) -> String { "'\(PrintedText.safe(text(bytes.prefix(40))))'" }
}
