/// An output as a page shows it. `…` stands for any text within a line, and alone on a line for any lines.
struct PageOutput {
    private let expected: [Substring]

    init(_ text: String) {
        expected = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// True when the lines begin as the page shows them.
    func isBeginning(of lines: [String]) -> Bool { matches(expected[...], lines[...]) }

    private func matches(_ expected: ArraySlice<Substring>, _ lines: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return true }
        let rest = expected.dropFirst()
        if first == "…" {
            return (lines.startIndex...lines.endIndex).contains { matches(rest, lines[$0...]) }
        }
        guard let line = lines.first else { return false }
        return Self.matches(first, line) && matches(rest, lines.dropFirst())
    }

    private static func matches(_ pattern: Substring, _ line: String) -> Bool {
        var pieces = pattern.split(separator: "…", omittingEmptySubsequences: false)
        let end = pieces.removeLast()
        guard var piece = pieces.first else { return line == end }
        guard line.hasPrefix(piece) else { return false }
        var rest = line.dropFirst(piece.count)
        while pieces.count > 1 {
            pieces.removeFirst()
            piece = pieces[0]
            guard piece.isEmpty || rest.contains(piece) else { return false }
            if let found = rest.firstRange(of: piece) { rest = rest[found.upperBound...] }
        }
        return rest.hasSuffix(end)
    }
}
