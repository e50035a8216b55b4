import FoundationEssentials
import IXCore
import IXStore

/// A time as the command line takes it: as every door does, or so long from now.
enum TimeArgument {
    /// `+15m` is a moment by this host's clock; anything else is read as by every other door.
    static func read(_ text: String, field: String) throws(InvalidInput) -> String {
        guard text.hasPrefix("+") else { return try TimeText.read(text, field: field) }
        let span: Duration
        do { span = try Span.read(String(text.dropFirst())) } catch {
            throw InvalidInput(
                field, "is no time; after + stands a number and s, m, h or d, such as +90s, +15m, +2h or +7d")
        }
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        return (now + span).text
    }
}
