import ArgumentParser
import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A duration on a command line, for `@Option(transform:)`.
enum DurationArgument {
    /// Reads a duration. The error explains the form; the argument parser adds the flag.
    static func read(_ text: String) throws -> Duration {
        do throws(InvalidInput) { return try DurationText.read(text, field: "duration") } catch {
            throw ValidationError(error.reason)
        }
    }
}

/// `TimeArgument` reads a time from the command line: a time in the common form, or a distance from now.
enum TimeArgument {
    /// Reads `+15m` as a moment by this host's clock, and any other text as the stores' time formats.
    static func read(_ text: String, field: String) throws(InvalidInput) -> String {
        guard text.hasPrefix("+") else { return try TimeText.read(text, field: field) }
        let span: Duration
        do { span = try DurationArgument.read(String(text.dropFirst())) } catch {
            throw InvalidInput(
                field, "is no time; after + stands a number and s, m, h or d, such as +90s, +15m, +2h or +7d")
        }
        let now = Timestamp.now
        return (now + span).text
    }
}
