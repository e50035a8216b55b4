import Testing

@testable import IXPrograms

@Suite struct LineFramerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: String
        let chunks: [[UInt8]]
        let excess: LineFramer.Excess
        /// The lines of a framer whose limit is 16 bytes, the incomplete last line included.
        let lines: [[UInt8]]
        let overflows: Bool

        var testDescription: String { rule }

        init(
            _ rule: String, _ chunks: [String], _ lines: [String], _ excess: LineFramer.Excess = .split,
            overflows: Bool = false
        ) {
            (self.rule, self.excess, self.overflows) = (rule, excess, overflows)
            self.chunks = chunks.map { Array($0.utf8) }
            self.lines = lines.map { Array($0.utf8) }
        }
    }

    private static let sixteen = String(repeating: "x", count: 16)

    private static let table = [
        Case("a line ends with LF", ["one\ntwo\n"], ["one", "two"]),
        Case("a line may end with CRLF", ["one\r\ntwo\r\n"], ["one", "two"]),
        Case("a CR inside a line stays", ["a\rb\n"], ["a\rb"]),
        Case("of two CRs at the end one stays", ["a\r\r\n"], ["a\r"]),
        Case("a line may come in pieces", ["thr", "e", "e\n"], ["three"]),
        Case("the line end may come alone", ["a", "\n", "b\r", "\nc"], ["a", "b", "c"]),
        Case("the last line needs no end", ["one\ntwo"], ["one", "two"]),
        Case("empty lines are dropped", ["\n\na\n\r\n\n", "\r"], ["a"]),
        Case("NUL is a byte like others", ["a\0b\n"], ["a\0b"]),
        Case("no bytes make no line", ["", ""], []),
        Case("a line may be as long as the limit", [sixteen + "\n"], [sixteen]),
        Case("a longer line is split at the limit", [sixteen + "yz\nb\n"], [sixteen, "yz", "b"]),
        Case("a split needs no whole line", [sixteen + sixteen + "z"], [sixteen, sixteen, "z"]),
        Case("no character is torn by a split", ["xxxxxxxxxxxxxxx€uro\n"], ["xxxxxxxxxxxxxxx", "€uro"]),
        Case("a CR beyond the limit is no piece", [sixteen + "\r\nb\n"], [sixteen, "b"]),
        Case("up to the limit a framer that stops goes on", [sixteen + "\nb\n"], [sixteen, "b"], .stop),
        Case("a framer that stops emits the lines before", ["a\n" + sixteen + "y\nb\n"], ["a"], .stop, overflows: true),
        Case("a framer that stops needs no line end", ["a\n" + sixteen, "y", "\nb\n"], ["a"], .stop, overflows: true),
        Case("a framer that stops counts the CR", [sixteen + "\r\n"], [], .stop, overflows: true),
    ]

    private static func frame(
        _ chunks: [[UInt8]], _ excess: LineFramer.Excess = .split
    ) -> (lines: [[UInt8]], overflows: Bool) {
        var framer = LineFramer(limit: 16, excess: excess)
        var lines: [[UInt8]] = []
        for chunk in chunks {
            chunk.withUnsafeBytes { framer.take($0) { lines.append(Array($0)) } }
        }
        framer.finish { lines.append(Array($0)) }
        return (lines, framer.hasOverflowed)
    }

    @Test(arguments: table) func `lines are cut by the table, in chunks and byte by byte`(_ row: Case) {
        let bytes = row.chunks.flatMap { $0 }
        for chunks in [row.chunks, [bytes], bytes.map { [$0] }] {
            let (lines, overflows) = Self.frame(chunks, row.excess)
            #expect(lines == row.lines && overflows == row.overflows)
        }
    }

    @Test func `no character is torn, wherever a line is split`() {
        for shift in 0..<4 {
            let line = String(repeating: "x", count: shift) + String(repeating: "😀", count: 9)
            for chunks in [[Array(line.utf8)], line.utf8.map { [$0] }] {
                let lines = Self.frame(chunks).lines.map { String(decoding: $0, as: UTF8.self) }
                #expect(lines.joined() == line)
            }
        }
    }

    @Test func `bytes that are no text are split all the same`() {
        let bytes = [[UInt8](repeating: 0x80, count: 40), [UInt8](repeating: 0xFF, count: 40)]
        #expect(Self.frame(bytes).lines.count == 5)
    }
}
