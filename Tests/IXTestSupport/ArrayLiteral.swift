extension [String] {
    /// PostgreSQL's literal of an array of texts. The loop reads scalars, because a combining accent after a quote
    /// would join the quote in one Character and hide it.
    package var asArray: String {
        var literal = "{".unicodeScalars
        for (index, text) in enumerated() {
            literal.append(contentsOf: (index == 0 ? "\"" : ",\"").unicodeScalars)
            for scalar in text.unicodeScalars {
                if scalar == "\\" || scalar == "\"" { literal.append("\\") }
                literal.append(scalar)
            }
            literal.append("\"")
        }
        return String(literal) + "}"
    }
}
