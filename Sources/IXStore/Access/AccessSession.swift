/// A browser's session, which ends with its token and after 12 hours; or a link that leads to one, once.
package struct AccessSession: Sendable, Equatable {
    /// SHA-256 of 256 random bits, in lower-case hexadecimal.
    package let hash: String
    /// The token's id; nil for a session opened through the operator's socket.
    package let tokenID: String?
    /// Name for the audit.
    package let actor: String
    /// What the browser may do.
    package let role: AccessRole
    /// The only client whose jobs the browser sees; nil for all.
    package let clientID: String?
    /// False when requests, responses and logs are kept from the browser.
    package let showsDocuments: Bool
    /// True for a link that a login takes once and replaces by a session.
    package let isLink: Bool
    /// Time after which the session or link counts no more (ISO 8601, UTC).
    package let expiresAt: String

    /// Creates the value from its columns.
    package init(
        hash: String, tokenID: String?, actor: String, role: AccessRole, clientID: String?, showsDocuments: Bool,
        isLink: Bool, expiresAt: String
    ) {
        self.hash = hash
        self.tokenID = tokenID
        self.actor = actor
        self.role = role
        self.clientID = clientID
        self.showsDocuments = showsDocuments
        self.isLink = isLink
        self.expiresAt = expiresAt
    }
}
