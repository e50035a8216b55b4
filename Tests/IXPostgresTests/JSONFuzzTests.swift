import IXCore
import IXTestSupport
import Testing

/// Random documents, the same ones in every run: what the door takes, PostgreSQL can keep.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct JSONFuzzTests {
    @Test func `of 6,000 random documents none is taken that can't be stored`() async throws {
        var maker = DocumentMaker(seed: 20_240_229)
        let documents = (0..<6_000).map { _ in maker.document() }
        let taken = documents.filter { (try? JSONDocument(request: $0)) != nil }
        let refused = documents.filter { (try? JSONDocument(request: $0)) == nil && !$0.utf8.contains(0) }
        #expect(taken.count > 2_000 && refused.count > 1_500)
        try await TestDatabase.with { db in
            try await db.sql(Self.verdict)
            let unstorable = try await db.sql(
                "SELECT d FROM unnest($1::text[]) d WHERE stored(d) <> 'ok'", [taken.asArray])
            #expect(unstorable.isEmpty)
            // Stricter than the server only where the contract says so.
            let storable = try await db.sql(
                "SELECT d FROM unnest($1::text[]) d WHERE stored(d) = 'ok'", [refused.asArray])
            let strict = storable.compactMap { $0[0] }.filter(Self.isCalledNoJSON)
            #expect(strict.isEmpty)
        }
    }

    private static func isCalledNoJSON(_ text: String) -> Bool {
        do { _ = try JSONDocument(request: text) } catch { return error.reason.hasPrefix("is not JSON:") }
        return true
    }

    /// Stored as a request through the door, or why not.
    private static let verdict = """
        CREATE FUNCTION stored(document text) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM ix_check_request(document::jsonb, NULL);
            RETURN CASE WHEN document::jsonb::text::jsonb = document::jsonb THEN 'ok' ELSE 'changed' END;
        EXCEPTION WHEN OTHERS THEN
            RETURN SQLERRM;
        END $$
        """
}

/// Documents by chance: most are nearly right.
private struct DocumentMaker {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func document() -> String {
        let members = (0..<below(4)).map { _ in string() + ":" + value(3) }
        let text = "{" + members.joined(separator: below(30) == 0 ? ";" : ",") + "}"
        return below(3) == 0 ? damaged(text) : text
    }

    private mutating func value(_ depth: Int) -> String {
        switch below(depth > 0 ? 8 : 5) {
        case 0: return number()
        case 1: return string()
        case 2: return pick(["true", "false", "null", "nul", "NaN", ""], mostly: 3)
        case 3, 4: return below(2) == 0 ? number() : string()
        case 5: return "[" + (0..<below(4)).map { _ in value(depth - 1) }.joined(separator: ",") + "]"
        case 6: return String(repeating: "[", count: below(12) == 0 ? 70 : 1) + value(0) + "]"
        default: return "{" + (0..<below(3)).map { _ in string() + ":" + value(depth - 1) }.joined(separator: ",") + "}"
        }
    }

    private mutating func number() -> String {
        let digits = pick(
            ["0", "1", "10", "12345678901234567890", "01", "9999999999", "-0", "-1", "", "+1"], mostly: 4)
        let fraction = pick(["", ".0", ".10", ".000000000000000000001", ".", ".5"], mostly: 3)
        let exponent = pick(
            ["", "e2", "E-3", "e400", "e+131071", "e131072", "e-16383", "e-16384", "e", "e99999999999", "e131070"],
            mostly: 4)
        return digits + fraction + exponent
    }

    private mutating func string() -> String {
        let pieces = [
            "a", "key", "ü", "😀", " ", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u00e9"#, #"\ud83d\ude00"#, #"\u0001"#,
            #"\u0000"#, #"\ud800"#, #"\udc00"#, #"\x"#, #"\u12"#, "\u{1}", "\n", "\u{7F}", "\u{FFFF}", #"\uFFFF"#,
        ]
        return "\"" + (0..<below(5)).map { _ in pick(pieces, mostly: 11) }.joined() + "\""
    }

    /// One byte's place changed; the bytes that make UTF-8 invalid are tested elsewhere.
    private mutating func damaged(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        let at = below(scalars.count)
        switch below(3) {
        case 0: scalars.remove(at: at)
        case 1: scalars.insert(pick(Array("{}[]\",:0eE.-+\\ u\0x".unicodeScalars), mostly: 5), at: at)
        default: scalars.swapAt(at, below(scalars.count))
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// One of the first `mostly` nine times in ten.
    private mutating func pick<Element>(_ all: [Element], mostly: Int) -> Element {
        all[below(10) < 9 ? below(mostly) : below(all.count)]
    }

    /// SplitMix64.
    private mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ (bits >> 31)) % UInt64(limit))
    }
}
