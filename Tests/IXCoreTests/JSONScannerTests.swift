import Testing

@testable import IXCore

/// What the door takes and what it refuses, and why.
@Suite struct JSONScannerTests {
    @Test(arguments: [
        "{}", " { } \n\t\r", #"{"a":1}"#, #"{"a":-0}"#, #"{"a":0.5e-10}"#, #"{"a":1E+2}"#, #"{"a":1e400}"#,
        #"{"a":12345678901234567890,"b":1.10}"#, #"{"a":1e131071}"#, #"{"a":-1e-16383}"#, #"{"a":0e131071}"#,
        #"{"a":[true,false,null,[],{}]}"#, #"{"":{"":""}}"#, #"{"a":"\u0001\ud83d\ude00\uFFFF\/\b\f\n\r\t\\\""}"#,
        #"{"a":"ü😀"}"#, #"{"a":1,"a":2}"#, "{\"a\":\"\u{7F}\u{85}\"}",
    ])
    func `taken`(_ text: String) throws {
        #expect(try JSONDocument(request: text).text == text)
    }

    @Test(arguments: [
        ("", "is not a JSON object"), ("[]", "is not a JSON object"), ("null", "is not a JSON object"),
        ("\"a\"", "is not a JSON object"), ("1", "is not a JSON object"), ("{", "a member's name is missing"),
        ("{}{}", "unexpected text after the end"), ("{} x", "unexpected text after the end"),
        (#"{"a"}"#, "':' is missing"), (#"{"a":}"#, "not a JSON value"), (#"{"a":1,}"#, "a member's name is missing"),
        (#"{a:1}"#, "a member's name is missing"), (#"{'a':1}"#, "a member's name is missing"),
        (#"{"a":1 "b":2}"#, "',' or '}' is missing"), (#"{"a":[1 2]}"#, "',' or ']' is missing"),
        (#"{"a":[1,]}"#, "not a JSON value"), (#"{"a":[}"#, "not a JSON value"), (#"{"a":["#, "ends too early"),
        (#"{"a":"x"#, "a string doesn't end"), (#"{"a":"x\"#, "a string doesn't end"),
        (#"{"a":"\x"}"#, "an escape is unknown"), (#"{"a":"\u12g4"}"#, "an escape is unknown"),
        (#"{"a":"\u12"#, "an escape is unknown"), ("{\"a\":\"\n\"}", "a string holds a control character"),
        ("{\"a\":\"\0\"}", "a string holds a control character"), ("{\"a\":\0}", "not a JSON value"),
        (#"{"a":01}"#, "not a JSON value"), (#"{"a":+1}"#, "not a JSON value"), (#"{"a":.5}"#, "not a JSON value"),
        (#"{"a":1.}"#, "a number's digits are missing"), (#"{"a":1e}"#, "a number's digits are missing"),
        (#"{"a":1e+}"#, "a number's digits are missing"), (#"{"a":-}"#, "not a JSON value"),
        (#"{"a":NaN}"#, "not a JSON value"), (#"{"a":Infinity}"#, "not a JSON value"),
        (#"{"a":tru}"#, "not a JSON value"),
        (#"{"a":True}"#, "not a JSON value"), (#"{"a":/* */1}"#, "not a JSON value"),
        (#"{"a":"\u0000"}"#, "holds \\u0000"), (#"{"\u0000":1}"#, "holds \\u0000"),
        (#"{"a":"\ud800"}"#, "lone surrogate"), (#"{"a":"\udc00"}"#, "lone surrogate"),
        (#"{"a":"\ud800\ud800"}"#, "lone surrogate"), (#"{"a":"\ud800\n"}"#, "lone surrogate"),
        (#"{"a":"\udc00\ud800"}"#, "lone surrogate"),
        (#"{"a":1e131072}"#, "more than 131072 digits before its point or 16383 after"),
        (#"{"a":1e-16384}"#, "more than 131072 digits before its point or 16383 after"),
        (#"{"a":0.1e-16383}"#, "more than 131072 digits before its point or 16383 after"),
        (#"{"a":10e131071}"#, "more than 131072 digits before its point or 16383 after"),
        (#"{"a":1e99999999999999999999}"#, "more than 131072 digits before its point or 16383 after"),
    ])
    func `refused, and says why`(_ row: (text: String, reason: String)) {
        let error = #expect(throws: InvalidInput.self) { try JSONDocument(request: row.text) }
        #expect(error?.field == "request" && error?.reason.contains(row.reason) == true)
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(_ bytes: [UInt8]) {
        let text = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
        let error = #expect(throws: InvalidInput.self) { try JSONDocument(text, field: "request", limit: 1000) }
        #expect(error?.reason == "is not UTF-8")
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `64 levels are taken and 65 refused, the document itself counted`(_ bracket: (open: String, close: String))
        throws
    {
        func nested(_ depth: Int) -> String {
            let inner = bracket.open == "[" ? "" : "1"
            return #"{"x":"# + String(repeating: bracket.open, count: depth - 1) + inner
                + String(repeating: bracket.close, count: depth - 1) + "}"
        }
        _ = try JSONDocument(request: nested(64))  // ignored: that it doesn't throw is the test
        let error = #expect(throws: InvalidInput.self) { try JSONDocument(request: nested(65)) }
        #expect(error?.reason == "nested deeper than 64 levels")
    }

    @Test func `a hundred thousand levels are refused without a crash`() {
        let deep = #"{"x":"# + String(repeating: "[", count: 100_000)
        #expect(throws: InvalidInput.self) { try JSONDocument(request: deep) }
    }

    @Test func `a request of 1 MiB is taken and one byte more refused`() throws {
        func document(_ bytes: Int) -> String { #"{"a":""# + String(repeating: "x", count: bytes - 8) + #""}"# }
        _ = try JSONDocument(request: document((1 << 20) - 16))  // ignored: that it doesn't throw is the test
        let error = #expect(throws: InvalidInput.self) { try JSONDocument(request: document((1 << 20) + 1)) }
        #expect(error?.reason == "over 1048576 bytes")
        _ = try JSONDocument(response: document((1 << 20) + 1))  // ignored: likewise
    }

    @Test func `a document that grows past the limit when its numbers are written out is refused`() throws {
        func document(_ count: Int) -> String {
            #"{"a":["# + Array(repeating: "1e130000", count: count).joined(separator: ",") + "]}"
        }
        _ = try JSONDocument(request: document(8))  // ignored: that it doesn't throw is the test
        let error = #expect(throws: InvalidInput.self) { try JSONDocument(request: document(9)) }
        #expect(error?.reason.hasPrefix("over 1048576 bytes with its numbers written out") == true)
    }
}
