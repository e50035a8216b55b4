import FoundationEssentials
import IXCore
package import IXStore

extension AuditEntry {
    /// The entry as fields of a log line; without what is nil.
    package var fields: [String: String] {
        let fields = [
            "actor": actor, "role": role, "action": action, "target": target, "filter": filter, "count": "\(count)",
            "request": requestID, "address": address,
        ]
        return fields.compactMapValues { $0 }
    }

    /// The entry as a JSON object under the table's column names.
    package var json: String {
        JSONPairs([
            ("audit_id", "\"\(number)\""), ("at", JSONPairs.literal(at)), ("actor", JSONPairs.literal(actor)),
            ("role", JSONPairs.literal(role)), ("action", JSONPairs.literal(action)),
            ("target", JSONPairs.literal(target)), ("filter", filter ?? "null"), ("count", "\(count)"),
            ("request_id", JSONPairs.literal(requestID)), ("address", JSONPairs.literal(address)),
        ]).text
    }
}

extension AccessToken {
    /// The token as a line of `[http] tokens_file`.
    package var fileLine: String {
        let texts: [(String, String?)] = [
            ("name", name), ("role", role.rawValue), ("sha256", hash), ("client_id", clientID),
            ("expires_at", expiresAt),
        ]
        let pairs = texts.compactMap { name, text in text.map { (name, JSONPairs.literal($0)) } }
        return JSONPairs(pairs + (showsDocuments ? [] : [("documents", "false")])).text
    }

    /// The token as a JSON object, without its hash.
    package var json: String {
        JSONPairs([
            ("token_id", JSONPairs.literal(id)), ("name", JSONPairs.literal(name)),
            ("role", JSONPairs.literal(role.rawValue)), ("client_id", JSONPairs.literal(clientID)),
            ("documents", "\(showsDocuments)"), ("created_at", JSONPairs.literal(createdAt)),
            ("created_by", JSONPairs.literal(createdBy)), ("expires_at", JSONPairs.literal(expiresAt)),
            ("revoked_at", JSONPairs.literal(revokedAt)), ("last_used_on", JSONPairs.literal(lastUsedOn)),
        ]).text
    }
}
