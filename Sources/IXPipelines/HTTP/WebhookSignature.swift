internal import Crypto
internal import FoundationEssentials
internal import IXCore

/// Signs a body as Standard Webhooks does: HMAC-SHA256 over id, time and body.
struct WebhookSignature: Equatable {
    private let secrets: [[UInt8]]

    /// Takes secrets with blanks between them; each signs, so that one can be exchanged while both are known.
    init(_ text: String) throws(InvalidInput) {
        secrets = try text.split(separator: " ").map { secret throws(InvalidInput) in
            guard secret.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(secret.dropFirst(6))),
                (16...64).contains(bytes.count)
            else { throw InvalidInput("signing_secret", "is not whsec_ and 16 to 64 bytes in base64") }
            return Array(bytes)
        }
        guard !secrets.isEmpty else { throw InvalidInput("signing_secret", "is empty") }
    }

    /// The headers; `seconds` since 1970.
    func headers(id: String, seconds: Int, body: String) -> [(name: String, value: String)] {
        let content = Array("\(id).\(seconds).\(body)".utf8)
        let signatures = secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: secret))
            return "v1," + Data(code).base64EncodedString()
        }
        return [
            ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}
