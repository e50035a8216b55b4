package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Returns every token, at most 10,000. Reads the table, which is small.
    package func tokens() throws(StoreError) -> [AccessToken] {
        try read("list_tokens") { db in try db.rows(.listTokens, [10_000]).compactMap(AccessToken.init) }
    }

    /// Returns a token that counts now; reads by the primary key.
    package func token(_ id: String) throws(StoreError) -> AccessToken? {
        guard !id.utf8.contains(0) else { return nil }
        return try read("find_token") { db in
            try db.row(.findToken, [id, Timestamp.now.text]).flatMap(AccessToken.init)
        }
    }

    package func insertToken(_ token: AccessToken) throws(StoreError) {
        let isNew = try write("insert_token") { db in
            try db.row(
                .insertToken,
                [
                    token.id, token.hash.bytes, token.name, token.role.rawValue, token.clientID, token.showsDocuments,
                    token.expiresAt, token.createdBy, Timestamp.now.text,
                ]) != nil
        }
        guard isNew else { throw StoreError.nameTaken }
    }

    package func endToken(_ nameOrID: String, at moment: String?, successor: String?) throws(StoreError) -> Int {
        try write("end_token") { db in
            try db.rows(.endToken, [nameOrID, moment, successor, Timestamp.now.text]).count
        }
    }

    package func noteUse(_ ids: [String]) throws(StoreError) {
        try write("note_use") { db in try db.run(.noteUse, [ids.json, String(Timestamp.now.text.prefix(10))]) }
    }

    package func insertSession(_ session: AccessSession) throws(StoreError) {
        try write("insert_session") { db in
            try db.run(
                .insertSession,
                [
                    session.hash.bytes, session.tokenID, session.actor, session.role.rawValue, session.clientID,
                    session.showsDocuments, session.isLink, session.expiresAt, Timestamp.now.text,
                ])
        }
    }

    /// Returns a session that counts now; reads by the primary keys of session and token.
    package func session(_ hash: String) throws(StoreError) -> AccessSession? {
        try read("find_session") { db in
            try db.row(.findSession, [hash.bytes, Timestamp.now.text]).flatMap { row in
                guard let role = AccessRole(rawValue: row["role"]) else { return nil }
                return AccessSession(
                    hash: row["hash"], tokenID: row["token_id"], actor: row["actor"], role: role,
                    clientID: row["client_id"], showsDocuments: row["documents"], isLink: row["is_link"],
                    expiresAt: row["expires_at"])
            }
        }
    }

    package func endSession(_ hash: String) throws(StoreError) -> Bool {
        try write("end_session") { db in try db.row(.endSession, [hash.bytes]) != nil }
    }

    /// Writes an entry; the clock is this host's.
    package func recordAudit(_ entry: AuditEntry) throws(StoreError) {
        try write("record_audit") { db in
            try db.run(
                .recordAudit,
                [
                    entry.actor, entry.role, entry.action, entry.target, entry.filter, entry.count,
                    entry.requestID, entry.address, Timestamp.now.text,
                ])
        }
    }

    /// Returns a page of the audit; reads by the primary key.
    package func audit(before number: Int64?, limit: Int) throws(StoreError) -> [AuditEntry] {
        try read("list_audit") { db in
            try db.rows(.listAudit, [number, limit]).map { row in
                AuditEntry(
                    number: row["audit_id"], at: row["at"], actor: row["actor"],
                    role: row["role"], action: row["action"], target: row["target"], filter: row["filter"],
                    count: row["count"] ?? 0, requestID: row["request_id"], address: row["address"])
            }
        }
    }

    /// Returns the pulses in one statement; reads by primary keys.
    package func pulses(of jobIDs: [UUID]) throws(StoreError) -> [UUID: JobPulse] {
        try read("read_pulses") { db in
            var pulses: [UUID: JobPulse] = [:]
            for row in try db.rows(.readPulses, [jobIDs.map(\.text).json]) {
                pulses[try row.id("job_id")] = JobPulse(
                    status: try row.status("status"), attempts: row["attempts"], isCancelling: row["is_cancelling"],
                    callbackStatus: (row["callback_status"] as String?).flatMap(CallbackStatus.init),
                    hasCallback: row["has_callback"], progressAt: row["progress_at"])
            }
            return pulses
        }
    }

    /// Deletes an ended job with everything kept about it, in one transaction.
    package func erase(_ jobID: UUID) throws(StoreError) -> Erasure {
        try write("erase") { db in
            guard let row = try db.row(.get, [jobID.text]) else { return .notFound }
            let status = try row.status("status")
            guard status.isTerminal else { return .notEnded(status) }
            if let callback = try db.row(.getCallback, [jobID.text, Timestamp.now.text]),
                (callback["state"] as String) == "due"
            {
                return .callbackDue
            }
            try db.run(.noteDependents, [jobID.text])
            try db.run(.dropParent, [jobID.text, status.rawValue])
            for statement in [
                Statement.removeAttempts, .forgetProgress, .removeCallbacks, .removeDeliveries, .removeTaken,
            ] { try db.run(statement, [[jobID.text].json]) }
            try db.run(.eraseReceipt, [row.names.clientID, row.names.requestID])
            return .erased
        }
    }

    /// Deletes the client's receipts whose jobs are gone, up to `limit`.
    package func eraseReceipts(of clientID: String, limit: Int) throws(StoreError) -> Int {
        try write("erase_receipts") { db in try db.rows(.eraseReceipts, [clientID, limit]).count }
    }

    /// Returns the live jobs among the given ones; reads by the primary key.
    package func live(among jobIDs: [UUID]) throws(StoreError) -> Set<UUID> {
        try read("find_live") { db in
            Set(try db.rows(.findLive, [jobIDs.map(\.text).json]).map { try $0.id("job_id") })
        }
    }
}

extension AccessToken {
    /// Nil for a role that this program doesn't know.
    fileprivate init?(_ row: Row) {
        guard let role = AccessRole(rawValue: row["role"]) else { return nil }
        self.init(
            id: row["token_id"], hash: row["hash"], name: row["name"], role: role, clientID: row["client_id"],
            showsDocuments: row["documents"], expiresAt: row["expires_at"], createdAt: row["created_at"],
            createdBy: row["created_by"], revokedAt: row["revoked_at"], lastUsedOn: row["last_used_at"])
    }
}

extension String {
    /// The bytes of a text in hexadecimal; none of another text, which no hash equals.
    fileprivate var bytes: Data {
        let digits = Array(utf8)
        let bytes = stride(from: 0, to: digits.count - digits.count % 2, by: 2).map {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        return bytes.contains(nil) ? Data() : Data(bytes.compactMap { $0 })
    }
}
