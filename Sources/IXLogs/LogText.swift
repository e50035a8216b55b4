import IXCore
import Logging

/// A line as people and programs read it.
struct LogText {
    private let line: LogLine

    init(_ line: LogLine) { self.line = line }

    /// `2026-03-04T05:06:07.890Z notice   message key=value`, in colour for a terminal.
    func text(at time: String, coloured: Bool) -> String {
        let name = line.level.rawValue.padded(to: 8)
        let rest = line.fields.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
        guard coloured else { return "\(time) \(name) \(line.message)\(rest)\n" }
        let dim = "\u{1B}[2m"
        let plain = "\u{1B}[0m"
        return "\(dim)\(time)\(plain) \(colour)\(name)\(plain) \(line.message)\(dim)\(rest)\(plain)\n"
    }

    /// One JSON object with `time`, `level`, `event`, `message` and the fields.
    func json(at time: String) -> String {
        let event = line.event.map { [("event", $0.name)] } ?? []
        let pairs =
            [("time", time), ("level", line.level.rawValue)] + event + [("message", line.message)]
            + line.fields.map { ($0.key, $0.value) }
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",")
            + "}\n"
    }

    private var colour: String {
        switch line.level {
        case .critical, .error: "\u{1B}[31m"
        case .warning: "\u{1B}[33m"
        case .notice: "\u{1B}[1m"
        default: "\u{1B}[2m"
        }
    }

    /// Bare where a reader can't mistake its end, quoted otherwise; control characters never reach a terminal.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0 != "\"" && !(0x7F...0x9F).contains($0.value)
            }
        guard !isPlain else { return value }
        return JSONString.encode(value).unicodeScalars.map { $0.escapedForTerminal }.joined()
    }
}

extension Unicode.Scalar {
    /// JSON lets DEL and the C1 control characters stand; some terminals obey them.
    fileprivate var escapedForTerminal: String {
        (0x7F...0x9F).contains(value) ? "\\u00" + String(value, radix: 16) : String(self)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
