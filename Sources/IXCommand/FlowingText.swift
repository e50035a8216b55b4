extension String {
    /// The text with the lines of each paragraph joined, so that the help breaks lines where the terminal ends and not
    /// where the source does. An empty line ends a paragraph, and exit codes begin one; indented lines, such as examples, stay.
    package var flowing: String {
        var lines: [String] = []
        var goesOn = false
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let isKept = line.isEmpty || line.hasPrefix(" ")
            if goesOn, line.hasPrefix("Exit code") {
                lines.append("")
                goesOn = false
            }
            if goesOn, !isKept { lines[lines.count - 1] += " " + line } else { lines.append(String(line)) }
            goesOn = !isKept
        }
        return lines.joined(separator: "\n")
    }
}
