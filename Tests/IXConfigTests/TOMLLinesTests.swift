import Testing

@testable import IXConfig

@Suite struct TOMLLinesTests {
    private let lines = TOMLLines(
        #"""
        top = 1 # = "not
        [ a . "b.c" ]
        text = """
        [x]
        no = 1 \""" ""\
        """""
        list = [ 1, # ]
          "]", [2],
        ]
        'quoted' = 'C:\'
        inner.key = { x = 1, y = "}" }
        last = """"""

        [[tables]]
        one = 1
        [[tables]]
        two = '''
        '''
        end = 1
        """#)

    @Test(arguments: [
        (["top"], 1), (["a"], 2), (["a", "b.c"], 2), (["a", "b.c", "text"], 3), (["a", "b.c", "list"], 7),
        (["a", "b.c", "quoted"], 10), (["a", "b.c", "inner", "key"], 11), (["a", "b.c", "last"], 12),
        (["tables"], 14), (["tables", "one"], 15), (["tables", "two"], 17), (["tables", "end"], 19),
    ])
    func `a key stands on the line of its name`(_ path: [String], _ line: Int) {
        #expect(lines.line(of: path) == line)
    }

    @Test func `a key inside an inline table stands on the line of the one that holds it`() {
        #expect(lines.line(of: ["a", "b.c", "inner", "key", "x"]) == 11)
    }

    @Test func `what isn't there has no line`() {
        #expect(lines.line(of: ["x"]) == nil)
        #expect(lines.line(of: []) == nil)
    }

    @Test(arguments: ["[", "a = [", "a = \"", "a = '''", "\"", "a.", "a = \"\\", "]", "\u{0}"])
    func `a broken text ends the search, not the program`(_ text: String) {
        #expect(TOMLLines(text).line(of: ["z"]) == nil)
    }
}
