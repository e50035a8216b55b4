/// Input refused at the door. Nothing was stored; the message names the field and the limit and is safe for callers.
public struct InvalidInput: Error, Sendable, Equatable, CustomStringConvertible {
    public let field: String
    public let reason: String

    public init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    public var description: String { "\(field): \(reason)" }
}
