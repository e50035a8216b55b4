import IXCore

/// Writes the pieces of a job's log as text for people, or as a JSON object per line for programs.
struct LogOutput {
    private let json: Bool
    /// The text behind the last line end.
    private var rest = ""

    init(json: Bool) { self.json = json }

    /// Returns the lines to print, with their line ends.
    mutating func text(of pieces: [LogReader.Piece]) -> String { pieces.map { json ? object($0) : plain($0) }.joined() }

    private mutating func plain(_ piece: LogReader.Piece) -> String {
        switch piece {
        case .begins(let attempt, let isRunning): return "== attempt \(attempt)\(isRunning ? ", running" : "")\n"
        case .text(_, let text):
            if !text.isEmpty { rest = text.hasSuffix("\n") ? "" : text }
            return PrintedText.safe(text, keepsLines: true)
        case .leftOut(_, let bytes): return "== \(bytes) bytes left out\n"
        case .ended(let attempt, let outcome, let exit):
            defer { rest = "" }
            return PrintedText.safe(
                (rest.isEmpty ? "" : "\n") + "== attempt \(attempt): \(outcome)\(exit.map { ", \($0)" } ?? "")\n",
                keepsLines: true)
        }
    }

    private mutating func object(_ piece: LogReader.Piece) -> String {
        switch piece {
        case .begins: return ""
        case .text(let attempt, let text):
            let lines = (rest + text).split(separator: "\n", omittingEmptySubsequences: false)
            rest = lines.last.map(String.init) ?? ""
            return lines.dropLast().map { Self.line(attempt, String($0)) }.joined()
        case .leftOut(let attempt, let bytes): return Self.object(attempt, [("bytes_left_out", "\(bytes)")])
        case .ended(let attempt, let outcome, let exit):
            defer { rest = "" }
            let last = rest.isEmpty ? "" : Self.line(attempt, rest)
            return last
                + Self.object(
                    attempt, [("outcome", JSONPairs.literal(outcome)), ("exit_status", JSONPairs.literal(exit))])
        }
    }

    /// Returns the object of a log line; without `attempt` the start is not known.
    static func line(_ attempt: Int?, _ line: String) -> String { object(attempt, [("line", JSONPairs.literal(line))]) }

    private static func object(_ attempt: Int?, _ pairs: [(String, String)]) -> String {
        JSONPairs([("attempt", attempt.map { "\($0)" } ?? "null")] + pairs).text + "\n"
    }
}
