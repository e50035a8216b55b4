import Testing

@testable import IXCommand

/// Units and environment files are read as systemd reads them.
@Suite struct UnitTextTests {
    @Test func `comments and empty lines are left out, and a backslash joins lines`() {
        #expect(UnitText.lines("# a\n; b\n\n[Service]\nX=a \\\n  b\nY=c\n") == ["[Service]", "X=a  b", "Y=c"])
    }

    @Test(arguments: [
        ("a b", ["a", "b"]), (#"A=1 "B=two words" 'C=$x "y"'"#, ["A=1", "B=two words", #"C=$x "y""#]),
        (#"a\ b"#, ["a b"]), (#""""#, [""]), ("", []), ("  a\t", ["a"]),
    ])
    func `words are held together by quotation marks`(_ text: String, _ words: [String]) {
        #expect(UnitText.words(text) == words)
    }

    @Test func `variables of a file are taken without their quotation marks, and the later counts`() {
        let text = """
            # comment
            IX_POSTGRES_URL=postgresql://ix@db/ix?a=b#c
            A="one two"
            B='$x'
            C = spaced out
            A=three
            nonsense
            """
        #expect(
            UnitText.variables(text) == [
                "IX_POSTGRES_URL": "postgresql://ix@db/ix?a=b#c", "A": "three", "B": "$x", "C": "spaced out",
            ])
    }
}
