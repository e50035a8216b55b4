internal import Crypto
internal import FoundationEssentials
public import IXCore

/// The receiver's side of Standard Webhooks: whether a request was signed by somebody who knows a secret, just now.
public struct WebhookVerifier: Sendable {
    /// How far the signer's clock may be off.
    public static let tolerance = 300

    private let keys: [Key]

    private enum Key {
        case hmac([UInt8])
        case ed25519([UInt8])
    }

    /// Takes secrets with blanks between them (`whsec_`, or the public half of an ed25519 key, `whpk_`); one has to fit.
    public init(_ text: String) throws(InvalidInput) {
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

    /// Nil when it is genuine, else why it isn't. `header` finds a header by its lower-case name; `now` in seconds since
    /// 1970.
    public func fault(body: [UInt8], now: Int, header: (String) -> String?) -> String? {
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
            // Compares in constant time.
            return HMAC<SHA256>.isValidAuthenticationCode(
                bytes, authenticating: content, using: SymmetricKey(data: key))
        case (.ed25519(let key), "v1a"):
            // ignored: bytes that are no key verify nothing
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: key))?
                .isValidSignature(bytes, for: content) == true
        default: return false
        }
    }
}
