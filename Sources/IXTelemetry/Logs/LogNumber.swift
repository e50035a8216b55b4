import IXCore
package import Logging

/// `LogNumber` is a number in a field of a log line: JSON shows the text without quotes.
private struct LogNumber: CustomStringConvertible, Sendable {
    let description: String
}

extension Logger.MetadataValue {
    /// Returns a whole number.
    package static func number(_ value: some BinaryInteger & Sendable) -> Logger.MetadataValue {
        .stringConvertible(LogNumber(description: "\(value)"))
    }

    /// Returns a duration in seconds, with three digits.
    package static func seconds(_ duration: Duration) -> Logger.MetadataValue {
        .stringConvertible(LogNumber(description: duration.secondsText))
    }

    /// Returns a duration in whole seconds.
    package static func wholeSeconds(_ duration: Duration) -> Logger.MetadataValue {
        .number(duration.components.seconds)
    }

    /// True for a number, which JSON shows without quotes.
    var isNumber: Bool {
        guard case .stringConvertible(let value) = self else { return false }
        return value is LogNumber
    }
}
