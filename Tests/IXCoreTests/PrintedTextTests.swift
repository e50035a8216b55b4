import IXCore
import Testing

@Suite struct PrintedTextTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("", ""), ("naïve 日本語 👩‍👧 नी‌ल", "naïve 日本語 👩‍👧 नी‌ल"),
        ("\u{1B}[31mred", #"\u001b[31mred"#),
        ("a\u{9B}31m\u{9D}0;t\u{9C}\u{90}q", #"a\u009b31m\u009d0;t\u009c\u0090q"#),
        ("a\u{7F}b\0", #"a\u007fb\u0000"#), ("a\nb\r\nc\td", #"a\nb\r\nc\td"#),
        ("a\u{2028}b\u{2029}c\u{85}", #"a\u2028b\u2029c\u0085"#),
        ("\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}", #"\u202a\u202b\u202c\u202d\u202e"#),
        ("\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}\u{61C}", #"\u2066\u2067\u2068\u2069\u200e\u200f\u061c"#),
        ("\u{FEFF}x\u{E0041}", #"\ufeffx\udb40\udc41"#),
    ])
    func `what a terminal obeys and what moves or hides text is shown as an escape`(
        _ row: (text: String, shown: String)
    ) {
        #expect(PrintedText.safe(row.text) == row.shown)
    }

    @Test func `nothing that a terminal obeys passes, whatever it stands beside`() {
        let obeyed =
            (0..<0x20).map { $0 } + (0x7F..<0xA0).map { $0 } + [0x2028, 0x2029, 0x61C, 0x200E, 0x200F]
            + (0x202A...0x202E).map { $0 } + (0x2066...0x2069).map { $0 }
        for value in obeyed.compactMap(UInt32.init).compactMap(Unicode.Scalar.init) {
            for text in ["\(Character(value))", "é\(Character(value))\u{301}", "e\u{301}\(Character(value))"] {
                let isKept = value == "\n" || value == "\t"
                #expect(!PrintedText.safe(text).unicodeScalars.contains(value))
                #expect(PrintedText.safe(text, keepsLines: true).unicodeScalars.contains(value) == isKept)
            }
        }
    }

    @Test func `a JSON text keeps its meaning`() throws {
        let text = "{\"a\":\"\u{9B}x\u{202E}\u{7F}\u{E0041}é\"}"
        let document = try JSONDocument(response: PrintedText.safe(text))
        #expect(document["a"]?.string == "\u{9B}x\u{202E}\u{7F}\u{E0041}é")
    }
}

@Suite struct PrintedURLTests {
    @Test(arguments: [
        ("https://shop.example/a?token=hush", "https://shop.example/a?…"),
        ("https://shop.example/@b", "https://shop.example/@b"),
        ("https://ada:hush@shop.example:8/a", "https://*****@shop.example:8/a"),
        ("https://[::1]:8/a", "https://[::1]:8/a"),
        ("https://ada@hish:hush@shop.example/", "https://*****@shop.example/"),
        ("https://ada:hish/hush@shop.example/", "https://*****@shop.example/"),
        ("https://ada:hish?hush@shop.example/", "https://*****@shop.example/"), ("no URL: a@b", "no URL: a@b"),
    ])
    func `a URL is shown without user, password and query`(_ row: (url: String, shown: String)) {
        #expect(PrintedURL.shown(row.url) == row.shown)
    }

    @Test func `no URL within a sentence says who`() {
        let text = "database \"postgresql://a:hush@db/ix\" and redis://:hush@cache, at http://h/x"
        #expect(
            PrintedURL.withoutUsers(text)
                == "database \"postgresql://*****@db/ix\" and redis://*****@cache, at http://h/x")
    }
}
