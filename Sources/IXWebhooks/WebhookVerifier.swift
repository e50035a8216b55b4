internal import Crypto
internal import FoundationEssentials
package import IXCore

/// The receiver's side of Standard Webhooks: checks that a request was signed with a known secret, and recently.
package struct WebhookVerifier: Sendable {
    /// Maximum difference between the signer's clock and the receiver's clock, in seconds.
    package static let tolerance = 300

    private let keys: [Key]

    private enum Key {
        case hmac([UInt8])
        case ed25519([UInt8])
    }

    /// Reads secrets separated by blanks (`whsec_`, or `whpk_` with the public half of an ed25519 key). A request is
    /// genuine when any of the secrets fits.
    ///
    /// Failure: `InvalidInput` naming `secret`.
    package init(_ text: String) throws(InvalidInput) {
        keys = try text.split(separator: " ").map { part throws(InvalidInput) in
            if let bytes = WebhookSecret.bytes(String(part), after: "whsec_"), (16...64).contains(bytes.count) {
                return .hmac(bytes)
            }
            if let bytes = WebhookSecret.bytes(String(part), after: "whpk_"), bytes.count == 32 {
                return .ed25519(bytes)
            }
            throw InvalidInput("secret", "is neither whsec_ and 16 to 64 bytes nor whpk_ and 32 bytes in base64")
        }
        guard !keys.isEmpty else { throw InvalidInput("secret", "is empty") }
    }

    /// Returns nil for a genuine request, and otherwise the reason for refusing it. `header` returns a header by its
    /// lower-case name; `now` is in seconds since 1970.
    package func fault(body: [UInt8], now: Int, header: (String) -> String?) -> String? {
        guard let id = header("webhook-id"), let time = header("webhook-timestamp"),
            let signatures = header("webhook-signature")
        else { return "it is not signed" }
        guard let seconds = Int(time) else { return "its webhook-timestamp is no number" }
        let (age, overflow) = now.subtractingReportingOverflow(seconds)
        guard !overflow, age.magnitude <= Self.tolerance else {
            return overflow ? "its webhook-timestamp is out of range" : "it is \(age) s old"
        }
        let content = WebhookContent.bytes(id: id, seconds: seconds, body: body)
        let isGenuine = signatures.split(separator: " ").contains { signature in
            keys.contains { Self.fits($0, String(signature), content) }
        }
        return isGenuine ? nil : "no signature fits"
    }

    private static func fits(_ key: Key, _ signature: String, _ content: [UInt8]) -> Bool {
        let parts = signature.split(separator: ",", maxSplits: 1)
        guard parts.count == 2, let bytes = Data(base64Encoded: String(parts[1])) else { return false }
        switch (key, parts[0]) {
        case (.hmac(let key), "v1"):
            // The comparison takes constant time.
            return HMAC<SHA256>.isValidAuthenticationCode(
                bytes, authenticating: content, using: SymmetricKey(data: key))
        case (.ed25519(let key), "v1a"):
            // ignored: a key or signature with invalid bytes verifies nothing
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: key))?
                .isValidSignature(bytes, for: content) == true
        default: return false
        }
    }
}
