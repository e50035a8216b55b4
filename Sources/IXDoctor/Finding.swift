internal import Glibc
package import IXCommand
internal import IXCore

/// `Finding` is a result of a check: a line of text, and advice for the operator.
package struct Finding: Sendable, Equatable {
    /// The severity of a finding.
    package enum Severity: String, Sendable {
        case ok, warning, fault
    }

    /// The severity.
    package let severity: Severity
    /// The examined part: `database`, `schema`, …
    package let subject: String
    /// The result for people; may contain line ends and text from a server.
    package let text: String
    /// The advice for the operator; nil when nothing needs to be done.
    package let advice: String?
    /// The exit code for a program that meets the fault; nil unless the finding is a fault.
    package let exit: Exit?

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
    package static func unreadable(_ faults: String) -> [Finding] {
        faults.split(whereSeparator: \.isNewline).map {
            .fault("configuration", String($0), "`ix-worker config` shows where each value came from")
        }
    }

    /// The finding as text, such as `warning  clock: 4.2 s ahead of the database's`, with the advice on a second line.
    /// Control characters are made harmless.
    package var line: String {
        let head = severity.rawValue + String(repeating: " ", count: 9 - severity.rawValue.count)
        let text = "\(head)\(subject): \(Self.oneLine(self.text))"
        return advice.map { text + "\n         → " + Self.oneLine($0) } ?? text
    }

    /// The finding as a JSON object with `severity`, `subject`, `text` and, when present, `advice`.
    package var json: String {
        let pairs =
            [("severity", severity.rawValue), ("subject", subject), ("text", text)]
            + (advice.map { [("advice", $0)] } ?? [])
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",") + "}"
    }

    private static func oneLine(_ text: String) -> String {
        PrintedText.safe(String(text.map { $0.isNewline ? " " : $0 }))
    }
}

/// `CommandOutput` reads the output of a command present on every system with systemd.
enum CommandOutput {
    /// Returns the command's output by lines; empty when the command can't be started. Lines over 4095 bytes are split.
    /// Requires: `command` is safe for a shell.
    static func lines(_ command: String) -> [String] {
        guard let stream = popen(command, "r") else { return [] }
        defer { pclose(stream) }
        var (lines, buffer) = ([String](), [CChar](repeating: 0, count: 4096))
        while fgets(&buffer, Int32(buffer.count), stream) != nil {
            let bytes = buffer.prefix { $0 != 0 && $0 != 0x0A }
            lines.append(String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return lines
    }
}
