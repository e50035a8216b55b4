import Crypto
import FoundationEssentials

/// SHA-256 of texts, in the forms in which stores and browsers write it.
package enum Digest {
    /// Returns the hash in lower-case hexadecimal, as the stores keep secrets.
    package static func hexadecimal(of text: String) -> String {
        bytes(of: text).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Returns the hash in Base64, as a content security policy names a script.
    package static func base64(of text: String) -> String { Data(bytes(of: text)).base64EncodedString() }

    private static func bytes(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
