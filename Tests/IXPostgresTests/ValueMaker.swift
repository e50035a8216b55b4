import IXTestSupport

/// JSON values by chance, all of them valid and most of them odd.
struct ValueMaker {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func value(_ depth: Int = 4) -> String {
        switch below(depth > 0 ? 10 : 5) {
        case 0, 1: return number()
        case 2, 3: return string()
        case 4: return pick(["true", "false", "null", "[]", "{ }", "[\n]"])
        case 5: return nested()
        case 6, 7: return "[" + list { $0.value(depth - 1) } + "]"
        default: return "{" + list { $0.string() + $0.blank() + ":" + $0.value(depth - 1) } + "}"
        }
    }

    mutating func number() -> String {
        let whole = below(3) == 0 ? "0" : String(1 + below(9)) + digits(below(25))
        let fraction = below(2) == 0 ? "" : "." + digits(1 + below(12))
        let exponent = below(2) == 0 ? "" : pick(["e", "E"]) + pick(["", "+", "-"]) + String(below(40))
        return pick(["", "", "-"]) + whole + fraction + exponent
    }

    mutating func string() -> String {
        let pieces = [
            "a", "b", "key", "ü", "é", "e\u{301}", "\u{301}", "😀", " ", "\u{7F}", "\u{85}", "\u{FFFF}", "\u{2028}",
            #"\b"#,
            #"\f"#, #"\n"#, #"\r"#, #"\t"#, #"\""#, #"\\"#, #"\/"#, "/", #"\u0061"#, #"\u00e9"#, #"\u00FC"#, #"\u0001"#,
            #"\u001F"#, #"\u000a"#, #"\u0022"#, #"\u005c"#, #"\u007f"#, #"\uFFFF"#, #"\ud83d\ude00"#, #"\uDBFF\uDFFF"#,
        ]
        return "\"" + (0..<below(4)).map { _ in pick(pieces) }.joined() + "\""
    }

    mutating func pick(_ all: [String]) -> String { all[below(all.count)] }

    mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

    /// As deep as the door lets it be, with names out of order on every level.
    private mutating func nested() -> String {
        let depth = 1 + below(below(10) == 0 ? 59 : 5)
        let open = String(repeating: #"{"b":[{"c":0,"a":"#, count: depth / 3)
        return open + value(0) + String(repeating: "}]}", count: depth / 3)
    }

    private mutating func list(_ item: (inout ValueMaker) -> String) -> String {
        (0..<below(6)).map { _ in blank() + item(&self) + blank() }.joined(separator: ",")
    }

    private mutating func blank() -> String { pick(["", "", "", " ", "\n\t", "\r "]) }

    private mutating func digits(_ count: Int) -> String {
        (0..<count).map { _ in pick(["0", "0", "9", "5", "1"]) }.joined()
    }
}
