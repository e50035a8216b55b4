public import IXCommand
internal import IXCore

/// What a check has to say: one line, and what to do about it.
public struct Finding: Sendable, Equatable {
    public enum Grade: String, Sendable {
        case ok, warning, fault
    }

    public let grade: Grade
    /// What was looked at: `database`, `schema`, …
    public let subject: String
    public let text: String
    /// What to do; nil where there is nothing to.
    public let advice: String?
    /// How a program ends that met this; nil unless it is a fault.
    public let exit: Exit?

    static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(grade: .ok, subject: subject, text: text, advice: nil, exit: nil)
    }

    static func warning(_ subject: String, _ text: String, _ advice: String) -> Finding {
        Finding(grade: .warning, subject: subject, text: text, advice: advice, exit: nil)
    }

    static func fault(_ subject: String, _ text: String, _ advice: String, _ exit: Exit = .configuration) -> Finding {
        Finding(grade: .fault, subject: subject, text: text, advice: advice, exit: exit)
    }

    /// A configuration that can't be read, a finding for each of its faults.
    public static func unreadable(_ faults: String) -> [Finding] {
        faults.split(whereSeparator: \.isNewline).map {
            .fault("configuration", String($0), "`ix-worker config` shows where each value came from")
        }
    }

    /// `warning  clock: 4.2 s ahead of the database's`, the advice on a line of its own.
    public var line: String {
        let head = grade.rawValue + String(repeating: " ", count: 9 - grade.rawValue.count)
        let text = "\(head)\(subject): \(Self.oneLine(self.text))"
        return advice.map { text + "\n         → " + Self.oneLine($0) } ?? text
    }

    public var json: String {
        let pairs =
            [("grade", grade.rawValue), ("subject", subject), ("text", text)] + (advice.map { [("advice", $0)] } ?? [])
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",") + "}"
    }

    private static func oneLine(_ text: String) -> String {
        PrintedText.safe(String(text.map { $0.isNewline ? " " : $0 }))
    }
}
