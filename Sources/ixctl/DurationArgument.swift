import ArgumentParser
import IXCore
import IXRepresentation

/// A duration on a command line, for `@Option(transform:)`.
enum DurationArgument {
    /// Reads a duration. The error explains the form; the argument parser adds the flag.
    static func read(_ text: String) throws -> Duration {
        do throws(InvalidInput) { return try DurationText.read(text, field: "duration") } catch {
            throw ValidationError(error.reason)
        }
    }
}
