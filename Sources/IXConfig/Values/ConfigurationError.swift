/// A configuration with faults. The error lists every fault, faults of the file first. The exit code is 78.
///
/// The error is safe to print: reasons contain no secrets.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The faults; never empty.
    package let faults: [ConfigurationFault]

    /// One line per fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// A wrong value: its origin, its key and the reason.
package struct ConfigurationFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Source of the wrong value.
    package let origin: ConfigurationOrigin
    /// The key as written; empty when the fault concerns the file as a whole.
    package let key: String
    /// Reason for people, with the limit which the value breaks.
    package let reason: String

    /// One line: origin, key and reason.
    package var description: String {
        ([origin.description, key, reason].filter { !$0.isEmpty }).joined(separator: ": ")
    }
}
