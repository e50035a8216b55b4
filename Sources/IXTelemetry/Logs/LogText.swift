import IXCore
import Logging

/// `LogText` formats a line as text for people and as JSON for programs.
struct LogText {
    private let line: LogLine

    init(_ line: LogLine) { self.line = line }

    /// Returns the line as `2026-03-04T05:06:07.890Z notice   sentence key=value`, with colours for a terminal when
    /// `coloured`.
    func text(at time: String, coloured: Bool) -> String {
        let name = line.level.rawValue.padded(to: 8)
        let rest = tail.map { " \(PrintedText.safe($0.key))=\(Self.quoted($0.value))" }.joined()
        let message = PrintedText.safe(line.sentence)
        guard coloured else { return "\(time) \(name) \(message)\(rest)\n" }
        let dim = "\u{1B}[2m"
        let plain = "\u{1B}[0m"
        return "\(dim)\(time)\(plain) \(colour)\(name)\(plain) \(message)\(dim)\(rest)\(plain)\n"
    }

    /// Returns a JSON object with `time`, `level`, `event`, `message` and the fields.
    func json(at time: String) -> String {
        let event = line.event.map { [("event", $0.name)] } ?? []
        let pairs = [("time", time), ("level", line.level.rawValue)] + event + [("message", line.message)]
        let members =
            pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }
            + line.fields.map {
                JSONString.encode($0.key) + ":" + (line.isNumber($0.key) ? $0.value : JSONString.encode($0.value))
            }
        return PrintedText.safe("{" + members.joined(separator: ",") + "}") + "\n"
    }

    /// The fields behind the sentence: without a reason that the sentence gives.
    private var tail: [(key: String, value: String)] {
        guard let sentence = line.event?.sentence else { return line.fields }
        return line.fields.filter {
            !(Self.reasons.contains($0.key) && sentence.fields.contains($0.key)) || line.isNumber($0.key)
        }
    }

    private static let reasons: Set = ["reason", "error"]

    private var colour: String {
        switch line.level {
        case .critical, .error: "\u{1B}[31m"
        case .warning: "\u{1B}[33m"
        case .notice: "\u{1B}[1m"
        default: "\u{1B}[2m"
        }
    }

    /// Returns the value without quotes when its end is clear, quoted otherwise. Control sequences for terminals are
    /// made harmless.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" }
        return PrintedText.safe(isPlain ? value : JSONString.encode(value))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
