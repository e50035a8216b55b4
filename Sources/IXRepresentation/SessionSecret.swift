/// The secret of a browser's session, or of a link that leads to one: 256 random bits as 43 characters. The store has
/// the hash alone.
package struct SessionSecret: Sendable, Equatable {
    private static let length = 43

    /// The whole text.
    package let text: String

    /// Creates a new secret.
    package init() { text = TokenSecret.letters(TokenSecret.random(32)) }

    /// Reads the text of a secret; nil for any other text.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.isLetter) else { return nil }
        self.text = text
    }

    /// SHA-256 of the text, in lower-case hexadecimal.
    package var hash: String { Digest.hexadecimal(of: text) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
