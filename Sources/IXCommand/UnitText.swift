/// `UnitText` parses the syntax of systemd's files: lines, words and the variables of an `EnvironmentFile=`.
enum UnitText {
    /// Returns the lines without comments and empty lines. A backslash at the end of a line joins the next line.
    static func lines(_ text: String) -> [String] {
        var (lines, open) = ([String](), "")
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = trimmed(line)
            if line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasSuffix("\\") {
                open += line.dropLast() + " "
            } else {
                let whole = open + line
                if !whole.isEmpty { lines.append(whole) }
                open = ""
            }
        }
        return open.isEmpty ? lines : lines + [trimmed(open[...])]
    }

    /// Words between blanks; quotation marks hold blanks together, a backslash takes the next character as it is.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = text.makeIterator()
        while let character = characters.next() {
            if character == "\\", quote != "'" {
                word = (word ?? "") + (characters.next().map(String.init) ?? "")
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                (quote, word) = (character, word ?? "")
            } else if character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// `NAME=value`, as `Environment=` takes it.
    static func assignment(_ word: String) -> (name: String, value: String)? {
        word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[word.index(after: $0)...])) }
    }

    /// The variables of an `EnvironmentFile=`; of two of one name the later counts.
    static func variables(_ text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in lines(text) {
            guard let (name, value) = assignment(line) else { continue }
            variables[trimmed(name[...])] = unquoted(trimmed(value[...]))
        }
        return variables
    }

    /// Blanks inside an unquoted value stay.
    private static func unquoted(_ value: String) -> String {
        guard let first = value.first, first == "\"" || first == "'" || value.contains("\\") else { return value }
        if first == "\"" || first == "'" { return words(value).joined() }
        return words(value).joined(separator: " ")
    }

    static func trimmed(_ text: Substring) -> String {
        let blanks: Set<Character> = [" ", "\t", "\r"]
        return String(text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
    }
}
