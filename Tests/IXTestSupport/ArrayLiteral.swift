extension [String] {
    /// As PostgreSQL writes an array of texts. By scalar: an accent after a quote would hide it in one Character.
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
