/// A key with the value in effect, for people. `ix-worker config` prints the entries.
public struct ConfigurationEntry: Sendable, Equatable, CustomStringConvertible {
    /// `section.name`, or `pipelines.NAME.key`.
    public let key: String
    /// The value as text; seconds as a decimal number, secrets as `*****` unless they are empty.
    public let value: String
    /// Source of the value.
    public let origin: ConfigurationOrigin

    /// One line: key, value and origin.
    public var description: String { "\(key) = \(value) (\(origin))" }
}
