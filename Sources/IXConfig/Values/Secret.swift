/// A secret text. Printing, interpolating, dumping and reflecting show `*****`, or nothing for an empty text. Only
/// `text` returns the secret.
package struct Secret: Sendable, Hashable {
    /// The secret itself; must not be printed or logged.
    package let text: String

    /// Wraps `text`; an empty text stands for no secret.
    package init(_ text: String) { self.text = text }

    /// True when no secret is set.
    package var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `*****`, or nothing for an empty text.
    package var description: String { isEmpty ? "" : "*****" }
    /// `*****`, or nothing for an empty text.
    package var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows no secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
