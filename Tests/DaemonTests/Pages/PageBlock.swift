import FoundationEssentials

/// A fenced block of a page: its language and its text.
struct PageBlock {
    let language: String
    let text: String

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../.."

    /// Returns the blocks of a page, in order. `page` is a path below the root of the project.
    static func all(of page: String) throws -> [PageBlock] {
        let lines = try String(contentsOf: URL(filePath: root + "/" + page), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        var (blocks, open): ([PageBlock], (language: String, lines: [Substring])?) = ([], nil)
        for line in lines {
            if let block = open, line == "```" {
                blocks.append(PageBlock(language: block.language, text: block.lines.joined(separator: "\n")))
                open = nil
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), [])
            }
        }
        return blocks
    }

    /// The terminal that a block in bash names in its first line: `# terminal 1`; 2 is the reader's own.
    var terminal: Int {
        text.firstMatch(of: #/^# terminal ([0-9])/#).flatMap { Int($0.output.1) } ?? 2
    }

    /// The text behind the line that names the terminal.
    var typed: String {
        guard text.hasPrefix("# terminal ") else { return text }
        return text.split(separator: "\n", maxSplits: 1).dropFirst().joined()
    }
}
