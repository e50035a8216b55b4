/// A token of the HTTP API, as stored: without its secret.
package struct AccessToken: Sendable, Equatable {
    /// The part of the token that names its row.
    package let id: String
    /// SHA-256 of the whole token, in lower-case hexadecimal.
    package let hash: String
    /// Name for people, the audit's actor.
    package let name: String
    /// What the holder may do.
    package let role: AccessRole
    /// The only client whose jobs the holder sees; nil for all.
    package let clientID: String?
    /// False when requests, responses and logs are kept from the holder.
    package let showsDocuments: Bool
    /// Time after which the token counts no more (ISO 8601, UTC); nil for never.
    package let expiresAt: String?
    /// Time of the insert; empty in a token not stored yet.
    package let createdAt: String
    /// The user or token that made the token; nil when unknown.
    package let createdBy: String?
    /// Time of the revocation; nil for a token that is not revoked.
    package let revokedAt: String?
    /// The last day on which the token was used, as `2026-03-04`; nil before the first use.
    package let lastUsedOn: String?

    /// Creates the value from its columns.
    package init(
        id: String, hash: String, name: String, role: AccessRole, clientID: String? = nil, showsDocuments: Bool = true,
        expiresAt: String? = nil, createdAt: String = "", createdBy: String? = nil, revokedAt: String? = nil,
        lastUsedOn: String? = nil
    ) {
        self.id = id
        self.hash = hash
        self.name = name
        self.role = role
        self.clientID = clientID
        self.showsDocuments = showsDocuments
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.revokedAt = revokedAt
        self.lastUsedOn = lastUsedOn
    }
}
