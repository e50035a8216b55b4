/// The store's operations on tokens, sessions and the audit, run inside a transaction owned by the caller.
///
/// Guarantees: no secret passes through: tokens and sessions are known by their SHA-256.
/// Failure: `.permission` for a database role without a right on the tables.
package protocol AccessRecords {
    /// Returns every token, by name; at most 10,000.
    func tokens() throws(StoreError) -> [AccessToken]
    /// Returns the token with this id; nil without one, and for a token that has run out. Costs one step in the primary
    /// key.
    func token(_ id: String) throws(StoreError) -> AccessToken?
    /// Inserts a token.
    ///
    /// Failure: `.invalidInput` when another token has the name.
    func insertToken(_ token: AccessToken) throws(StoreError)
    /// Ends tokens of this name or id at a moment, or at once for nil. `successor` is the id of the token that takes
    /// their place. Returns the number of tokens.
    func endToken(_ nameOrID: String, at moment: String?, successor: String?) throws(StoreError) -> Int
    /// Records that the tokens were used today, once a day.
    func noteUse(_ ids: [String]) throws(StoreError)

    /// Inserts a browser's session or a link.
    func insertSession(_ session: AccessSession) throws(StoreError)
    /// Returns the session with this hash; nil without one, and for a session that has run out.
    func session(_ hash: String) throws(StoreError) -> AccessSession?
    /// Deletes a session or a link. Returns false when there was none.
    func endSession(_ hash: String) throws(StoreError) -> Bool

    /// Writes an entry of the audit.
    func recordAudit(_ entry: AuditEntry) throws(StoreError)
    /// Returns entries of the audit before `number`, newest first; nil starts at the newest.
    func audit(before number: Int64?, limit: Int) throws(StoreError) -> [AuditEntry]
}
