/// A text that must not be seen: printing, interpolating, dumping or reflecting on it shows `*****` (nothing when it is
/// empty). Whoever needs it says `text`.
public struct Secret: Sendable, Hashable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { isEmpty ? "" : "*****" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
