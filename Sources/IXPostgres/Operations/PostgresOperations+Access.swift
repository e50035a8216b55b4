package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Returns every token, at most 10,000. Reads the table, which is small.
    package func tokens() throws(StoreError) -> [AccessToken] {
        try run(.listTokens, ["10000"]).all.compactMap(AccessToken.init)
    }

    /// Returns a token that counts now; reads by the primary key.
    package func token(_ id: String) throws(StoreError) -> AccessToken? {
        guard !id.utf8.contains(0) else { return nil }
        return try run(.findToken, [id]).first.flatMap(AccessToken.init)
    }

    /// Inserts a token in one statement.
    package func insertToken(_ token: AccessToken) throws(StoreError) {
        let parameters: [String?] = [
            token.id, token.hash, token.name, token.role.rawValue, token.clientID, token.showsDocuments ? "t" : "f",
            token.expiresAt, token.createdBy,
        ]
        guard try run(.insertToken, parameters).first != nil else { throw StoreError.nameTaken }
    }

    /// Ends tokens in one statement.
    package func endToken(_ nameOrID: String, at moment: String?, successor: String?) throws(StoreError) -> Int {
        try run(.endToken, [nameOrID, moment, successor]).count
    }

    /// Records the day of use in one statement.
    package func noteUse(_ ids: [String]) throws(StoreError) { _ = try run(.noteUse, [ids.array]) }

    package func insertSession(_ session: AccessSession) throws(StoreError) {
        _ = try run(
            .insertSession,
            [
                session.hash, session.tokenID, session.actor, session.role.rawValue, session.clientID,
                session.showsDocuments ? "t" : "f", session.isLink ? "t" : "f", session.expiresAt,
            ])
    }

    /// Returns a session that counts now; reads by the primary keys of session and token.
    package func session(_ hash: String) throws(StoreError) -> AccessSession? {
        try run(.findSession, [hash]).first.flatMap { row in
            guard let role = AccessRole(rawValue: row.string("role")) else { return nil }
            return AccessSession(
                hash: row.string("hash"), tokenID: row.text("token_id"), actor: row.string("actor"), role: role,
                clientID: row.text("client_id"), showsDocuments: row.bool("documents"), isLink: row.bool("is_link"),
                expiresAt: row.time("expires_at") ?? "")
        }
    }

    package func endSession(_ hash: String) throws(StoreError) -> Bool { try run(.endSession, [hash]).first != nil }

    /// Writes an entry; the clock is the server's.
    package func recordAudit(_ entry: AuditEntry) throws(StoreError) {
        _ = try run(
            .recordAudit,
            [
                entry.actor, entry.role, entry.action, entry.target, entry.filter, "\(entry.count)",
                entry.requestID, entry.address,
            ])
    }

    /// Returns a page of the audit; reads by the primary key.
    package func audit(before number: Int64?, limit: Int) throws(StoreError) -> [AuditEntry] {
        try run(.listAudit, [number.map { "\($0)" }, "\(limit)"]).all.map { row in
            AuditEntry(
                number: row.text("audit_id").flatMap { Int64($0) } ?? 0, at: row.time("at") ?? "",
                actor: row.string("actor"), role: row.string("role"), action: row.string("action"),
                target: row.text("target"), filter: row.text("filter"),
                count: row.int("count"), requestID: row.text("request_id"), address: row.text("address"))
        }
    }

    /// Returns the pulses in one statement; reads by primary keys.
    package func pulses(of jobIDs: [UUID]) throws(StoreError) -> [UUID: JobPulse] {
        guard !jobIDs.isEmpty else { return [:] }
        var pulses: [UUID: JobPulse] = [:]
        for row in try run(.readPulses, [jobIDs.array]).all {
            pulses[try row.id("job_id")] = JobPulse(
                status: try row.status("status"), attempts: row.int("attempts"),
                isCancelling: row.bool("is_cancelling"),
                callbackStatus: row.text("callback_status").flatMap(CallbackStatus.init),
                hasCallback: row.bool("has_callback"), progressAt: row.time("progress_at"))
        }
        return pulses
    }

    /// Deletes an ended job by `ix_erase`, which its caller may run although the caller may delete no job.
    package func erase(_ jobID: UUID) throws(StoreError) -> Erasure {
        let word = try run(.erase, [jobID.uuidString]).first?.string("result") ?? "not_found"
        switch word {
        case "erased": return .erased
        case "callback_due": return .callbackDue
        default: return JobStatus(rawValue: word).map { .notEnded($0) } ?? .notFound
        }
    }

    /// Returns 0: receipts are hashes here, and no index leads to those of a client.
    package func eraseReceipts(of clientID: String, limit: Int) throws(StoreError) -> Int { 0 }

    /// Returns the live jobs among the given ones; reads by the primary key.
    package func live(among jobIDs: [UUID]) throws(StoreError) -> Set<UUID> {
        guard !jobIDs.isEmpty else { return [] }
        return Set(try run(.findLive, [jobIDs.array]).map { row throws(StoreError) in try row.id("job_id") })
    }
}

extension AccessToken {
    /// Nil for a role that this program doesn't know.
    fileprivate init?(_ row: PostgresRows.Row) {
        guard let role = AccessRole(rawValue: row.string("role")) else { return nil }
        self.init(
            id: row.string("token_id"), hash: row.string("hash"), name: row.string("name"), role: role,
            clientID: row.text("client_id"), showsDocuments: row.bool("documents"), expiresAt: row.time("expires_at"),
            createdAt: row.time("created_at") ?? "", createdBy: row.text("created_by"),
            revokedAt: row.time("revoked_at"), lastUsedOn: row.text("last_used_at"))
    }
}
