import IXTestSupport
import Testing

@testable import IXCore

/// The normal form against the server's own, byte for byte. Random documents are the same ones in every run.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct NormalFormTests {
    @Test func `5,000 random values come out as the server prints them`() async throws {
        var maker = ValueMaker(seed: 20_260_304)
        try await Self.expectSame((0..<5_000).map { _ in maker.value() })
    }

    @Test func `4,000 random numbers come out as the server prints them`() async throws {
        var maker = ValueMaker(seed: 4)
        try await Self.expectSame((0..<4_000).map { _ in maker.number() })
    }

    @Test func `odd numbers come out as the server prints them`() async throws {
        let mantissas = [
            "0", "0.0", "0.00", "1", "1.10", "10", "100", "0.001", "0.0010", "0.5", "123.456", "9999.9999", "10.010",
            "12345678901234567890", "0.00000000000000000001",
        ]
        let exponents = [
            "", "e0", "e-0", "E+0", "e1", "e2", "E2", "e+3", "e4", "e5", "e-1", "e-2", "E-3", "e-4", "e-5", "e0000012",
            "e-0000012", "e400", "e-400",
        ]
        let numbers = mantissas.flatMap { mantissa in exponents.map { mantissa + $0 } }
        let edges = ["1e131071", "0e131071", "-1e131071", "1e-16383", "-0e-16383", "0.001e131071", "12.5e-16382"]
        try await Self.expectSame(numbers + numbers.map { "-" + $0 } + edges)
    }

    @Test func `every character comes out as the server prints it, raw and escaped`() async throws {
        let points = Array(1...0x2FF) + [0x301, 0x7FF, 0x800, 0x2028, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF]
        let escaped = points.map { #""\u\#(String(0x10000 + $0, radix: 16).dropFirst())""# }
        let raw = (points.filter { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C } + [0x10000, 0x1F600, 0x10FFFF])
            .map { "\"" + String(Character(Unicode.Scalar(UInt32($0))!)) + "\"" }
        let pairs = [#""\ud800\udc00""#, #""\uD83D\uDE00""#, #""\udbff\udfff""#, #""\/\b\f\n\r\t\"\\u0041""#]
        try await Self.expectSame(escaped + raw + pairs)
    }

    @Test func `names come in the server's order, and of equal ones the last stays`() async throws {
        let names = [
            "", "a", "\\u0061", "b", "aa", "é", "e\u{301}", "\\u00e9", "\u{FFFF}", "\\ud83d\\ude00", "zz", "\\\\",
        ]
        var maker = ValueMaker(seed: 7)
        let objects = (0..<500).map { _ in
            let members = (0..<maker.below(14)).map { #""\#(maker.pick(names))":\#($0)"# }
            return "{" + members.joined(separator: ",") + "}"
        }
        try await Self.expectSame(objects)
    }

    /// Compares bytes, for Swift calls texts equal that differ in their accents' spelling.
    private static func expectSame(_ texts: [String], at location: SourceLocation = #_sourceLocation) async throws {
        let printed = try await TestDatabase.with(.empty) { db in
            try await db.sql(
                "SELECT d::jsonb::text FROM unnest($1::text[]) WITH ORDINALITY AS t(d, n) ORDER BY n", [texts.asArray])
        }
        try #require(printed.count == texts.count, sourceLocation: location)
        let different = try zip(texts, printed).filter { text, row in
            let normal = try JSONNormalForm.of(text)
            return !normal.utf8.elementsEqual(row[0]!.utf8) || !isWithinWhatTheDoorCounted(text, normal)
        }
        #expect(different.map(\.0).prefix(5) == [], sourceLocation: location)
    }

    /// The door's count bounds the normal form, and is exact for a text that is normal already.
    private static func isWithinWhatTheDoorCounted(_ text: String, _ normal: String) -> Bool {
        normal.utf8.count <= normalBytes(text) && normal.utf8.count == normalBytes(normal)
    }

    private static func normalBytes(_ text: String) -> Int {
        var scanner = JSONScanner(Array(text.utf8), field: "value")
        // ignored: what wasn't scanned to the end has the wrong count
        try? scanner.scanAny()
        return scanner.normalBytes
    }
}
