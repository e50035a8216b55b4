/// Why there is no configuration: every fault that was found, those of the file first. The exit code for it is 78.
///
/// Safe to print: secrets are never part of a reason.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Never empty.
    public let faults: [ConfigurationFault]

    /// One line per fault.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// One thing that is wrong, where it stands, and what it must be.
public struct ConfigurationFault: Error, Sendable, Equatable, CustomStringConvertible {
    public let origin: ConfigurationOrigin
    /// The key as written, empty when the file as a whole is at fault.
    public let key: String
    public let reason: String

    public var description: String {
        ([origin.description, key, reason].filter { !$0.isEmpty }).joined(separator: ": ")
    }
}
