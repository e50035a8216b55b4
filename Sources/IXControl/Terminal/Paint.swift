import FoundationEssentials
import Glibc
import IXCore

/// `Paint` colours words on a terminal. With `NO_COLOR`, with `TERM=dumb` and for other outputs the text stays plain.
enum Paint {
    private static let isOn: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return (environment["NO_COLOR"] ?? "").isEmpty && (environment["TERM"] ?? "dumb") != "dumb"
            && Terminal.isOn(STDOUT_FILENO)
    }()

    /// Returns a job's status, or a padded one, in the status's colour.
    static func status(_ text: String) -> String {
        switch JobStatus(rawValue: String(text.prefix { $0 != " " })) {
        case .error: painted(text, "31")
        case .running: painted(text, "33")
        case .done: painted(text, "32")
        case .pending, nil: text
        }
    }

    /// Returns a line that needs attention in yellow.
    static func warning(_ text: String) -> String { painted(text, "33") }

    private static func painted(_ text: String, _ colour: String) -> String {
        isOn ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }
}
