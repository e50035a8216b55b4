/// An entry of the audit: one change that a person or a program asked for.
package struct AuditEntry: Sendable, Equatable {
    /// Position in the audit; 0 in an entry not stored yet.
    package let number: Int64
    /// Time of the change by the store's clock (ISO 8601, UTC); empty in an entry not stored yet.
    package let at: String
    /// Name of the token, or the user of a command line.
    package let actor: String
    /// Role of the actor, as a word: what a later release or another program wrote stays readable.
    package let role: String
    /// The change: `cancel`, `resubmit`, `redeliver`, `erase`, `token_create` …
    package let action: String
    /// The job, token or operation concerned; nil for a change by filter.
    package let target: String?
    /// The filter of a bulk change, as a JSON object.
    package let filter: String?
    /// Number of rows changed.
    package var count: Int
    /// The request's id, which the log has, too; nil on a command line.
    package let requestID: String?
    /// The caller's address; nil on a command line.
    package let address: String?

    /// Creates an entry.
    package init(
        number: Int64 = 0, at: String = "", actor: String, role: String, action: String, target: String?,
        filter: String? = nil, count: Int = 1, requestID: String? = nil, address: String? = nil
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.role = role
        self.action = action
        self.target = target
        self.filter = filter
        self.count = count
        self.requestID = requestID
        self.address = address
    }
}
