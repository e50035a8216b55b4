import Testing

@testable import IXCore

/// Documents keep what they don't know, digit by digit.
@Suite struct JSONDocumentTests {
    @Test func `members are found by their decoded names and numbers stay the digits they were`() throws {
        let text = #"{"big":12345678901234567890,"dec":1.10,"exp":1e400,"\u0061 b":"c\u00e9\ud83d\ude00","n":null}"#
        let document = try JSONDocument(request: text)
        #expect(document["big"]?.text == "12345678901234567890" && document["dec"]?.text == "1.10")
        #expect(document["exp"]?.text == "1e400" && document["a b"]?.string == "cé😀")
        #expect(document["n"]?.isNull == true && document["none"] == nil && document["big"]?.string == nil)
        #expect(document.names == ["big", "dec", "exp", "a b", "n"] && document.text == text)
    }

    @Test func `of duplicate names the last wins`() throws {
        let document = try JSONDocument(request: #"{"a":1,"b":0,"\u0061":{"c":2}}"#)
        #expect(document["a"]?.text == #"{"c":2}"# && document.names == ["b", "a"])
        #expect(document.setting([("x", "y")]).text == #"{"b":0,"a":{"c":2},"x":"y"}"#)
    }

    @Test func `names and documents that only look alike are different ones`() throws {
        let (whole, parts) = ("\u{E9}", "e\u{301}")
        let document = try JSONDocument(request: "{\"\(whole)\":1,\"\(parts)\":2}")
        #expect(document[whole]?.text == "1" && document[parts]?.text == "2" && document.names.count == 2)
        #expect(document.without([parts]).text == "{\"\(whole)\":1}")
        let other = try JSONDocument(request: "{\"\(parts)\":1,\"\(whole)\":2}")
        #expect(document != other)
        #expect(JSONFragment(text: "\"\(whole)\"") != JSONFragment(text: "\"\(parts)\""))
    }

    @Test func `setting a field replaces it and keeps the rest as it was`() throws {
        let document = try JSONDocument(request: #"{ "a" : 1.10 , "b" : [ 1, 2 ], "c":"x" }"#)
        let set = document.setting([("c", "q\"\\\n\u{1}ü😀"), ("d", "")])
        #expect(set.text == #"{"a":1.10,"b":[ 1, 2 ],"c":"q\"\\\n\u0001ü😀","d":""}"#)
        #expect(set["c"]?.string == "q\"\\\n\u{1}ü😀" && set["a"]?.text == "1.10" && set["d"]?.string == "")
        #expect(try JSONDocument(request: set.text) == set)
    }

    @Test(arguments: ["", "plain", "\"\\/\u{8}\u{C}\n\r\t", "\u{1}\u{1F}\u{7F}", "ü😀\u{FFFF}\u{10FFFF}", "e\u{301}"])
    func `a text survives its literal`(_ text: String) throws {
        let document = try JSONDocument(request: "{\"a\":" + JSONString.encode(text) + "}")
        #expect(document["a"]?.string?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }

    @Test func `a value that is an object is a document of its own`() throws {
        let document = try JSONDocument(request: #"{"a":{"b":[1.0]},"c":[],"d":"{}"}"#)
        #expect(document["a"]?.object?["b"]?.text == "[1.0]")
        #expect(document["c"]?.object == nil && document["d"]?.object == nil)
        #expect(try JSONDocument(request: #"{"n":2.5}"#)["n"]?.number == 2.5)
    }

    @Test func `an array's values come as they stand, and anything else has none`() throws {
        let document = try JSONDocument(request: #"{"a":[1.10, {"b":[2]} ,"x,]",[]],"e":[ ],"o":{"0":1},"s":"[1]"}"#)
        #expect(document["a"]?.elements?.map(\.text) == ["1.10", #"{"b":[2]}"#, #""x,]""#, "[]"])
        #expect(document["e"]?.elements == [])
        #expect(document["o"]?.elements == nil && document["s"]?.elements == nil)
    }

    @Test func `what wraps whole documents may be deeper by its own levels`() throws {
        let deepest = String(repeating: #"{"a":"#, count: 64) + "1" + String(repeating: "}", count: 64)
        _ = try JSONDocument(request: deepest)
        let wrapped = #"{"job":\#(deepest)}"#
        #expect(throws: InvalidInput.self) { try JSONDocument(request: wrapped) }
        let document = try JSONDocument(wrapped.utf8, field: "line", limit: 1 << 20, nesting: Limits.nesting + 1)
        #expect(document["job"]?.text == deepest)
    }
}
