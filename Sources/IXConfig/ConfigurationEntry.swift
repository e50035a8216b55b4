/// One value in effect, for people to read: what `ix-worker config` prints.
public struct ConfigurationEntry: Sendable, Equatable, CustomStringConvertible {
    /// `section.name`, or `pipelines.NAME.key`.
    public let key: String
    /// The value as text; seconds as a decimal number, secrets as `*****` unless they are empty.
    public let value: String
    public let origin: ConfigurationOrigin

    public var description: String { "\(key) = \(value) (\(origin))" }
}
