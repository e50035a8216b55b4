import FoundationEssentials
import IXCore

/// The secret of a token: `ixt_<id>_<43 characters>`, 256 random bits. Only its holder has the text.
package struct TokenSecret: Sendable, Equatable {
    /// The part that names the token's row.
    package let id: String
    /// The whole text, shown once.
    package let text: String

    /// Creates a new secret.
    package init() {
        id = Self.letters(Self.random(8)).lowercased().filter { $0.isLetter || $0.isNumber }
        text = "ixt_\(id)_\(Self.letters(Self.random(32)))"
    }

    /// Reads the text of a secret; nil for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "ixt", (1...32).contains(parts[1].utf8.count), parts[2].utf8.count == 43,
            parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        id = String(parts[1])
        self.text = text
    }

    /// SHA-256 of the text, in lower-case hexadecimal.
    package var hash: String { Digest.hexadecimal(of: text) }

    /// Random bytes of the kernel.
    static func random(_ count: Int) -> [UInt8] {
        (0..<(count + 7) / 8).flatMap { _ in withUnsafeBytes(of: KernelRandom.word()) { Array($0) } }.prefix(count).map
        { $0 }
    }

    /// Base64 for URLs, without padding.
    static func letters(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
