import Glibc
import IXCore
import Logging

/// One log event, ready to be written as text or JSON.
struct LogLine {
    let level: Logger.Level
    let message: String
    /// In the order of their names.
    let fields: [(key: String, value: String)]

    init(level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.level = level
        self.message = message
        fields = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
    }

    /// `2026-03-04T05:06:07.890Z notice  message key=value`
    func text(at time: String) -> String {
        let name = level.rawValue.padded(to: 8)
        let rest = fields.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
        return "\(time) \(name) \(message)\(rest)\n"
    }

    /// One JSON object with `time`, `level`, `message` and the fields.
    func json(at time: String) -> String {
        let pairs =
            [("time", time), ("level", level.rawValue), ("message", message)] + fields.map { ($0.key, $0.value) }
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",")
            + "}\n"
    }

    /// Bare where a reader can't mistake its end, quoted otherwise; control characters never reach a terminal.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F }
        return isPlain ? value : JSONString.encode(value)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// The wall clock, for people: UTC with milliseconds.
enum WallClock {
    static func now() -> String {
        var spec = timespec()
        clock_gettime(CLOCK_REALTIME, &spec)
        var parts = tm()
        gmtime_r(&spec.tv_sec, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let seconds = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let millis = String(1000 + spec.tv_nsec / 1_000_000).dropFirst()
        return "\(seconds).\(millis)Z"
    }
}
