/// Input refused on entry. Nothing was stored. The message names the field and the limit, and is safe to show to
/// callers.
public struct InvalidInput: Error, Sendable, Equatable, CustomStringConvertible {
    /// Name of the refused field, as in the document or the column.
    public let field: String
    /// The reason, with the limit where there is one.
    public let reason: String

    /// Creates the refusal of a field.
    public init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    /// Field and reason: `request_id: is empty`.
    public var description: String { "\(field): \(reason)" }
}
