import Glibc
import IXCore
import IXRepresentation

/// Reads lines of a file or of standard input. Memory stays constant even when a line is longer than `limit`.
struct InputLines {
    struct Line {
        /// Line number, counted from 1.
        let number: Int
        /// The line without its end (LF or CR LF). A line over the limit keeps only its first 4096 bytes.
        let bytes: [UInt8]
        let isTooLong: Bool
        /// False for a last line without a newline.
        let isWhole: Bool
        /// Byte offset of the next line.
        let end: Int
    }

    enum Next {
        case line(Line)
        /// No input arrived within the given time.
        case pause
        case end
    }

    /// Maximum line length in bytes.
    static let limit = JobLine.limit
    private static let kept = 4096

    private let descriptor: Int32
    private let limit: Int
    private var buffer: [UInt8] = []
    private var head = 0
    private var number: Int
    private var offset: Int
    private var isOver = false

    /// Continues at `offset`, after `line` lines. The descriptor must already be at `offset`.
    init(_ descriptor: Int32, offset: Int = 0, line: Int = 0, limit: Int = InputLines.limit) {
        self.descriptor = descriptor
        self.limit = limit
        self.offset = offset
        number = line
    }

    /// Returns the next line; waits for input up to `timeout` milliseconds, without limit for -1.
    mutating func next(timeout: Int32) throws(InvalidInput) -> Next {
        var start: [UInt8] = []
        var dropped = 0
        while true {
            if let end = newline() {
                return .line(take(upTo: end, adding: 1, start, dropped))
            }
            if isOver {
                let isEmpty = head == buffer.count && dropped == 0
                return isEmpty ? .end : .line(take(upTo: buffer.count, adding: 0, start, dropped))
            }
            if buffer.count - head + dropped > limit {
                if dropped == 0 { start = Array(buffer[head..<head + Self.kept]) }
                dropped += buffer.count - head
                head = buffer.count
            }
            // Inside a line over the limit the reader must wait: a pause would lose the count of dropped bytes.
            guard try fill(timeout: dropped > 0 ? -1 : timeout) else { return .pause }
        }
    }

    private mutating func take(upTo end: Int, adding extra: Int, _ start: [UInt8], _ dropped: Int) -> Line {
        let length = dropped + end - head
        var bytes = dropped > 0 ? start : Array(buffer[head..<end])
        head = end + extra
        offset += length + extra
        number += 1
        if dropped == 0, bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let isTooLong = dropped > 0 || bytes.count > limit
        return Line(
            number: number, bytes: isTooLong ? Array(bytes.prefix(Self.kept)) : bytes, isTooLong: isTooLong,
            isWhole: extra > 0, end: offset)
    }

    private func newline() -> Int? {
        buffer.withUnsafeBytes { bytes -> Int? in
            guard head < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + head, Int32(UInt8(ascii: "\n")), bytes.count - head)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Returns false when no input arrived within `timeout` milliseconds.
    private mutating func fill(timeout: Int32) throws(InvalidInput) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, timeout) != 0 else { return false }
        buffer.removeFirst(head)
        head = 0
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return false }
        guard count >= 0 else { throw InvalidInput("--from", String(cString: strerror(errno))) }
        if count == 0 { isOver = true }
        buffer += chunk[..<count]
        return true
    }
}

/// The input of a load: a regular file, another named source such as a pipe, or standard input for `-`.
struct InputSource {
    let descriptor: Int32
    /// Size in bytes of a regular file; nil for an input which can't be read again from the middle.
    let size: Int?

    /// Opens `path`. Throws `InvalidInput` with `field` when the path can't be opened or is a directory.
    init(_ path: String, field: String) throws(InvalidInput) {
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InvalidInput(field, "\(path): \(String(cString: strerror(errno)))") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw InvalidInput(field, "\(path): is a directory")
        }
        size = path != "-" && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}
