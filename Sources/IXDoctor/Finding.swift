public import IXCommand
internal import IXCore

/// `Finding` is a result of a check: a line of text, and advice for the operator.
public struct Finding: Sendable, Equatable {
    /// The severity of a finding.
    public enum Severity: String, Sendable {
        case ok, warning, fault
    }

    /// The severity.
    public let severity: Severity
    /// The examined part: `database`, `schema`, …
    public let subject: String
    /// The result for people; may contain line ends and text from a server.
    public let text: String
    /// The advice for the operator; nil when nothing needs to be done.
    public let advice: String?
    /// The exit code for a program that meets the fault; nil unless the finding is a fault.
    public let exit: Exit?

    static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(severity: .ok, subject: subject, text: text, advice: nil, exit: nil)
    }

    static func warning(_ subject: String, _ text: String, _ advice: String) -> Finding {
        Finding(severity: .warning, subject: subject, text: text, advice: advice, exit: nil)
    }

    static func fault(_ subject: String, _ text: String, _ advice: String, _ exit: Exit = .configuration) -> Finding {
        Finding(severity: .fault, subject: subject, text: text, advice: advice, exit: exit)
    }

    /// Returns a finding for each fault (a line each) of an unreadable configuration.
    public static func unreadable(_ faults: String) -> [Finding] {
        faults.split(whereSeparator: \.isNewline).map {
            .fault("configuration", String($0), "`ix-worker config` shows where each value came from")
        }
    }

    /// The finding as text, such as `warning  clock: 4.2 s ahead of the database's`, with the advice on a second line.
    /// Control characters are made harmless.
    public var line: String {
        let head = severity.rawValue + String(repeating: " ", count: 9 - severity.rawValue.count)
        let text = "\(head)\(subject): \(Self.oneLine(self.text))"
        return advice.map { text + "\n         → " + Self.oneLine($0) } ?? text
    }

    /// The finding as a JSON object with `severity`, `subject`, `text` and, when present, `advice`.
    public var json: String {
        let pairs =
            [("severity", severity.rawValue), ("subject", subject), ("text", text)]
            + (advice.map { [("advice", $0)] } ?? [])
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",") + "}"
    }

    private static func oneLine(_ text: String) -> String {
        PrintedText.safe(String(text.map { $0.isNewline ? " " : $0 }))
    }
}
