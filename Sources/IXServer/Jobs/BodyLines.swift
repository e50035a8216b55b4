/// Cuts a body into lines. Memory stays bounded even where a line has no end.
struct BodyLines {
    struct Line {
        let bytes: [UInt8]
        let isTooLong: Bool
    }

    private let limit: Int
    private var open: [UInt8] = []
    private var isTooLong = false

    init(limit: Int) { self.limit = limit }

    /// Returns the lines that end in `bytes`. Blank lines are left out.
    mutating func append(_ bytes: some Collection<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            extend(rest[..<end])
            if let line = last() { lines.append(line) }
            rest = rest[rest.index(after: end)...]
        }
        extend(rest)
        return lines
    }

    /// Returns the line without an end; nil for a blank one.
    mutating func last() -> Line? {
        if open.last == UInt8(ascii: "\r") { open.removeLast() }
        defer { (open, isTooLong) = ([], false) }
        guard isTooLong || !open.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return nil }
        return Line(bytes: open, isTooLong: isTooLong)
    }

    private mutating func extend(_ bytes: some Collection<UInt8>) {
        guard !isTooLong, open.count + bytes.count <= limit else {
            (open, isTooLong) = ([], true)
            return
        }
        open.append(contentsOf: bytes)
    }
}
