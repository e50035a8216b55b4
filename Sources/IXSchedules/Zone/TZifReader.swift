/// Reads the bytes of a zone file (TZif, RFC 8536), versions 1 to 4.
struct TZifReader {
    /// What a file lists: the changes of the clock, and the rule for the time after the last.
    struct Contents {
        var starts: [Int] = []
        var offsets: [Int] = []
        /// The offset before the first change.
        var first = 0
        var rule: ZoneRule?
    }

    /// A fault of the file, in words.
    struct Malformed: Error { let reason: String }

    /// Maximum bytes of a file; the largest of the tz database have below 4,000.
    static let bytes = 1 << 16

    private struct Counts {
        let version: UInt8
        let universal, standard, leaps, changes, kinds, letters: Int
    }

    private let bytes: [UInt8]
    private var at = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True when the bytes begin as a zone file.
    static func isZone(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "TZif".utf8) }

    /// Returns the contents of a file. Failure: `Malformed`.
    static func contents(_ bytes: [UInt8]) throws(Malformed) -> Contents {
        var reader = TZifReader(bytes)
        let counts = try reader.header()
        // The second block of newer versions lists the same changes and later ones, in 64 bits.
        guard counts.version > UInt8(ascii: "1") else { return try reader.block(counts, width: 4) }
        try reader.skip(reader.size(of: counts, width: 4))
        var contents = try reader.block(try reader.header(), width: 8)
        contents.rule = try reader.footer()
        return contents
    }

    private mutating func header() throws(Malformed) -> Counts {
        guard bytes.dropFirst(at).starts(with: "TZif".utf8) else { throw Malformed(reason: "a header is missing") }
        guard at + 44 <= bytes.count else { throw Malformed(reason: "is cut off in a header") }
        let version = bytes[at + 4]
        guard version == 0 || (UInt8(ascii: "2")...UInt8(ascii: "4")).contains(version) else {
            throw Malformed(reason: "has an unknown version")
        }
        at += 20
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(integer(4) & 0xFFFF_FFFF) }
        guard counts.allSatisfy({ $0 <= Self.bytes }) else { throw Malformed(reason: "is cut off") }
        return Counts(
            version: version, universal: counts[0], standard: counts[1], leaps: counts[2], changes: counts[3],
            kinds: counts[4], letters: counts[5])
    }

    private func size(of counts: Counts, width: Int) -> Int {
        counts.changes * (width + 1) + counts.kinds * 6 + counts.letters + counts.leaps * (width + 4) + counts.standard
            + counts.universal
    }

    private mutating func skip(_ count: Int) throws(Malformed) {
        guard at + count <= bytes.count else { throw Malformed(reason: "is cut off") }
        at += count
    }

    private mutating func block(_ counts: Counts, width: Int) throws(Malformed) -> Contents {
        let start = at
        try skip(size(of: counts, width: width))
        guard counts.leaps == 0 else { throw Malformed(reason: "counts leap seconds, which moments here do not") }
        guard (1...256).contains(counts.kinds) else { throw Malformed(reason: "has no kinds of local time") }
        let end = at
        at = start
        var contents = Contents()
        for _ in 0..<counts.changes { contents.starts.append(integer(width)) }
        let kinds = (0..<counts.changes).map { Int(bytes[at + $0]) }
        at += counts.changes
        let offsets = try self.offsets(counts.kinds)
        guard kinds.allSatisfy({ $0 < offsets.count }) else {
            throw Malformed(reason: "names an unknown kind of local time")
        }
        guard zip(contents.starts, contents.starts.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Malformed(reason: "lists its changes out of order")
        }
        (contents.offsets, contents.first, at) = (kinds.map { offsets[$0] }, offsets[0], end)
        return contents
    }

    private mutating func offsets(_ count: Int) throws(Malformed) -> [Int] {
        var offsets: [Int] = []
        for _ in 0..<count {
            offsets.append(integer(4))
            at += 2  // whether it is summer time, and the place of its abbreviation
        }
        guard offsets.allSatisfy({ abs($0) <= ZoneSegment.largestOffset }) else {
            throw Malformed(reason: "is more than 26 hours off UTC")
        }
        return offsets
    }

    private func footer() throws(Malformed) -> ZoneRule? {
        let rest = bytes[at...]
        guard rest.first == UInt8(ascii: "\n"), let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\n")) else {
            throw Malformed(reason: "is cut off in its last line")
        }
        let line = rest[(at + 1)..<end]
        if line.isEmpty { return nil }
        guard let rule = ZoneRuleReader.rule(line) else {
            throw Malformed(reason: "has an unreadable rule in its last line")
        }
        return rule
    }

    /// The next signed number of 4 or 8 bytes, the highest byte first. Requires: the bytes are there.
    private mutating func integer(_ width: Int) -> Int {
        var value: UInt64 = 0
        for index in at..<at + width { value = value << 8 | UInt64(bytes[index]) }
        at += width
        return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : Int(Int64(bitPattern: value))
    }
}
