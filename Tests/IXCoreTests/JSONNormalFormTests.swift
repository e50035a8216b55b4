import Testing

@testable import IXCore

/// The normal form's rules; that the server prints the same is tested where there is one.
@Suite struct JSONNormalFormTests {
    @Test(arguments: [
        (#"{"bb":1,"a":2,"é":3,"zz":4,"":5,"B":6}"#, #"{"": 5, "B": 6, "a": 2, "bb": 1, "zz": 4, "é": 3}"#),
        (#"{"\u0062":1,"a":2}"#, #"{"a": 2, "b": 1}"#), (#"{"\n":1,"a":2,"aa":3}"#, #"{"\n": 1, "a": 2, "aa": 3}"#),
        (#"{"x":{"d":1,"c":2},"a":[{"f":1,"e":2}]}"#, #"{"a": [{"e": 2, "f": 1}], "x": {"c": 2, "d": 1}}"#),
    ])
    func `members are ordered by length and then bytes`(_ row: (text: String, normal: String)) throws {
        try expect(row.text, row.normal)
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"a":3}"#, #"{"a": 3, "b": 2}"#), (#"{"a":1,"\u0061":[2]}"#, #"{"a": [2]}"#),
        (#"[{"b":1,"a":0,"b":2,"b":{"c":1,"c":2}}]"#, #"[{"a": 0, "b": {"c": 2}}]"#),
        ("{\"é\":1,\"e\u{301}\":2}", "{\"é\": 1, \"e\u{301}\": 2}"),
    ])
    func `of duplicate names the last stays, and names are their bytes`(_ row: (text: String, normal: String)) throws {
        try expect(row.text, row.normal)
    }

    @Test(arguments: [
        (" [ ] ", "[]"), ("{\n}", "{}"), ("[1,2 , 3]", "[1, 2, 3]"), ("\t{\"a\"\r:\n1}", #"{"a": 1}"#),
        ("null", "null"),
        ("[true,false,null,[],{}]", "[true, false, null, [], {}]"), (#" "a , b : c" "#, #""a , b : c""#),
    ])
    func `one blank follows a colon or comma and none stands elsewhere`(_ row: (text: String, normal: String)) throws {
        try expect(row.text, row.normal)
    }

    @Test(arguments: [
        (#""\b\f\n\r\t\"\\""#, #""\b\f\n\r\t\"\\""#),
        (#""\u0008\u000C\u000a\u000d\u0009\u0022\u005c""#, #""\b\f\n\r\t\"\\""#),
        (#""\/\u002f""#, #""//""#), (#""\u0001\u001F""#, #""\u0001\u001f""#), (#""\u007f""#, "\"\u{7F}\""),
        (#""\u00e9\uD83D\uDE00\uffff""#, "\"é😀\u{FFFF}\""), (#""\\u0041""#, #""\\u0041""#),
    ])
    func `strings keep only the escapes that JSON needs`(_ row: (text: String, normal: String)) throws {
        try expect(row.text, row.normal)
    }

    @Test(arguments: [
        ("1.10", "1.10"), ("1E2", "100"), ("1.5e-3", "0.0015"), ("-0", "0"), ("-0.0", "0.0"), ("0e5", "0"),
        ("0.00e1", "0.0"),
        ("0e-3", "0.000"), ("-0.5", "-0.5"), ("-0.5e1", "-5"), ("1.50e1", "15.0"), ("1.50e3", "1500"),
        ("100e-2", "1.00"),
        ("0.0010e2", "0.10"), ("123.456e2", "12345.6"), ("12345678901234567890", "12345678901234567890"),
        ("1e400", "1" + String(repeating: "0", count: 400)),
        ("-1e-16383", "-0." + String(repeating: "0", count: 16_382) + "1"),
    ])
    func `numbers are written out with every digit that counts`(_ row: (text: String, normal: String)) throws {
        try expect(row.text, row.normal)
    }

    @Test(arguments: ["", "00", "01", "{", "[1,]", "{\"a\":\"\\u0000\"}", "\"\\ud800\"", "1e131072", "1 2"])
    func `what no store can keep is refused`(_ text: String) {
        #expect(throws: InvalidInput.self) { try JSONNormalForm.of(text) }
    }

    @Test func `a text that its numbers blow up past the limit is refused before they are written`() {
        let bomb = "[" + Array(repeating: "1e131071", count: 10_000).joined(separator: ",") + "]"
        let error = #expect(throws: InvalidInput.self) { try JSONNormalForm.of(bomb, field: "request") }
        #expect(error == InvalidInput("request", "over 4194304 bytes with its numbers written out"))
    }

    @Test func `64 levels come out in order on every one`() throws {
        let deep = String(repeating: #"{"b":0,"a":"#, count: 64) + "1" + String(repeating: "}", count: 64)
        let normal = String(repeating: #"{"a": "#, count: 64) + "1" + String(repeating: #", "b": 0}"#, count: 64)
        try expect(deep, normal)
    }

    @Test func `a document made of others has a normal form too`() throws {
        let document = try JSONDocument(request: #"{"b":1e1,"a":{"d":1,"c":2}}"#).setting([("aa", "\u{8}")])
        #expect(document.normalForm == #"{"a": {"c": 2, "d": 1}, "b": 10, "aa": "\b"}"#)
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, 16, 8), (#"["\u00e9","\u0008","\/"]"#, 26, 17), ("[-0,0.5e3,0e9]", 22, 11), ("[1e3]", 6, 6),
    ])
    func `the door counts at least the bytes of the normal form`(_ row: (text: String, counted: Int, written: Int))
        throws
    {
        #expect(try normalBytes(row.text) == row.counted)
        #expect(try JSONNormalForm.of(row.text).utf8.count == row.written)
    }

    /// Bytes, for Swift calls texts equal that differ in their accents' spelling. What is normal stays as it is, and the door
    /// counts it exactly.
    private func expect(_ text: String, _ normal: String, at location: SourceLocation = #_sourceLocation) throws {
        let (once, twice) = (try JSONNormalForm.of(text), try JSONNormalForm.of(normal))
        #expect(Array(once.utf8) == Array(normal.utf8), sourceLocation: location)
        #expect(Array(twice.utf8) == Array(normal.utf8), sourceLocation: location)
        let (before, after) = (try normalBytes(text), try normalBytes(normal))
        #expect(before >= normal.utf8.count && after == normal.utf8.count, sourceLocation: location)
    }

    private func normalBytes(_ text: String) throws -> Int {
        var scanner = JSONScanner(Array(text.utf8), field: "value")
        try scanner.scanAny()
        return scanner.normalBytes
    }
}
