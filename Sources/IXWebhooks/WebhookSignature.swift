internal import Crypto
internal import FoundationEssentials
package import IXCore

/// Signs a body as Standard Webhooks does: HMAC-SHA256 or ed25519 over id, time and body.
package struct WebhookSignature: Sendable, Equatable {
    private let secrets: [WebhookSecret]

    /// Reads secrets separated by blanks. Each secret signs, so that an operator can exchange a secret while receivers
    /// know both.
    ///
    /// A secret is `whsec_` with 16 to 64 bytes in base64, or `whsk_` with an ed25519 key of 32 bytes (or 64, with its
    /// public half).
    ///
    /// Failure: `InvalidInput` naming `field`; the message doesn't contain the secret.
    package init(_ text: String, field: String = "signing_secret") throws(InvalidInput) {
        secrets = try text.split(separator: " ").map { secret throws(InvalidInput) in
            try WebhookSecret(String(secret), field: field)
        }
        guard !secrets.isEmpty else { throw InvalidInput(field, "is empty") }
    }

    /// Returns the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` for a body sent at `seconds` since
    /// 1970.
    ///
    /// Requires: an id without `.`; otherwise the process ends.
    package func headers(id: String, seconds: Int, body: String) -> [(name: String, value: String)] {
        precondition(!id.contains("."), "a webhook-id holds no dot")
        let content = WebhookContent.bytes(id: id, seconds: seconds, body: Array(body.utf8))
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", secrets.map { $0.signature(of: content) }.joined(separator: " ")),
        ]
    }
}

/// The signed content: id, time and body, joined by dots.
enum WebhookContent {
    static func bytes(id: String, seconds: Int, body: [UInt8]) -> [UInt8] { Array("\(id).\(seconds).".utf8) + body }
}

/// A secret of a signer.
enum WebhookSecret: Sendable, Equatable {
    case hmac([UInt8])
    /// The seed of an ed25519 key.
    case ed25519([UInt8])

    init(_ text: String, field: String) throws(InvalidInput) {
        if let bytes = Self.bytes(text, after: "whsec_"), (16...64).contains(bytes.count) {
            self = .hmac(bytes)
        } else if let bytes = Self.bytes(text, after: "whsk_"), [32, 64].contains(bytes.count) {
            self = .ed25519(Array(bytes.prefix(32)))
        } else {
            throw InvalidInput(field, "is not whsec_ and 16 to 64 bytes in base64")
        }
    }

    func signature(of content: [UInt8]) -> String {
        switch self {
        case .hmac(let key):
            let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key))
            return "v1," + Data(code).base64EncodedString()
        case .ed25519(let seed):
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),  // ignored: 32 bytes are a key
                let signature = try? key.signature(for: content)  // ignored: signing with one doesn't fail
            else { preconditionFailure("32 bytes are an ed25519 seed") }
            return "v1a," + signature.base64EncodedString()
        }
    }

    static func bytes(_ text: String, after prefix: String) -> [UInt8]? {
        guard text.hasPrefix(prefix) else { return nil }
        return Data(base64Encoded: String(text.dropFirst(prefix.count))).map(Array.init)
    }
}
