package import IXCore
import IXStore

/// Tokens of a file, which count without the store: a JSON object per line, `{"name", "role", "sha256"}` and where they
/// apply `client_id`, `documents`, `expires_at`. Blank lines and lines that begin with `#` say nothing.
package struct TokenList: Sendable {
    private static let prefix = "file:"
    private static let names = ["name", "role", "sha256", "client_id", "documents", "expires_at"]

    private let byHash: [String: AccessToken]

    /// The list without a token.
    package static let empty = TokenList()

    private init() { byHash = [:] }

    /// Reads the text of a file. Throws `InvalidInput` naming the line.
    package init(_ text: String) throws(InvalidInput) {
        var tokens: [String: AccessToken] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            let token = try Self.token(line, "line \(index + 1)")
            tokens[token.hash] = token
        }
        byHash = tokens
    }

    /// True for the id of a token of such a list.
    static func isOwn(_ id: String) -> Bool { id.hasPrefix(prefix) }

    func token(_ hash: String) -> AccessToken? { byHash[hash] }

    func token(id: String) -> AccessToken? { byHash.values.first { $0.id == id } }

    private static func token(_ line: Substring, _ field: String) throws(InvalidInput) -> AccessToken {
        let document = try JSONDocument(line.utf8, field: field, limit: 64 << 10)
        if let other = document.names.first(where: { !names.contains($0) }) {
            throw InvalidInput(field, "has an unknown member '\(other)'")
        }
        guard let name = try document.text("name"), let word = try document.text("role"),
            let hash = try document.text("sha256")
        else { throw InvalidInput(field, "needs name, role and sha256") }
        try Keys.validated(name, field: "\(field): name")
        guard let role = AccessRole(rawValue: word) else { throw InvalidInput(field, "has an unknown role '\(word)'") }
        guard hash.utf8.count == 64, hash.utf8.allSatisfy(isHex) else {
            throw InvalidInput(field, "has a sha256 that is not 64 digits of lower-case hexadecimal")
        }
        let end = try document.text("expires_at")
        guard end == nil || end.flatMap(Timestamp.init) != nil else {
            throw InvalidInput(field, "has an expires_at unlike 2026-03-04T05:06:07.000008Z")
        }
        return AccessToken(
            id: prefix + hash.prefix(16), hash: hash, name: name, role: role,
            clientID: try client(document, role, field), showsDocuments: try showsDocuments(document, field),
            expiresAt: end)
    }

    private static func client(
        _ document: JSONDocument, _ role: AccessRole, _ field: String
    ) throws(InvalidInput) -> String? {
        guard let client = try document.text("client_id") else { return nil }
        try Keys.validated(client, field: "\(field): client_id")
        guard [.reader, .producer].contains(role) else {
            throw InvalidInput(field, "has a client_id, which goes with the roles reader and producer")
        }
        return client
    }

    private static func showsDocuments(_ document: JSONDocument, _ field: String) throws(InvalidInput) -> Bool {
        switch document["documents"]?.text {
        case nil, "true": true
        case "false": false
        default: throw InvalidInput(field, "has documents that are neither true nor false")
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
