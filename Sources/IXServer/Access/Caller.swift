import IXCore
import IXRepresentation
import IXStore

/// The program or person behind a request, as far as its token tells.
struct Caller: Sendable {
    /// Name of the token, for the audit.
    let actor: String
    /// What the caller may do; nil for an anonymous caller.
    let role: AccessRole?
    /// The only client whose jobs the caller sees; nil for all.
    let clientID: String?
    /// The part of a job that the caller may see.
    let view: View
    /// The token behind the caller; nil for none.
    var tokenID: String?
    /// The text under which the caller's requests are counted; nil for callers without a token.
    var rateKey: String?

    static let anonymous = Caller(
        actor: "anonymous", role: nil, clientID: nil, view: View(showsDocuments: false, mask: Mask([])))

    /// The caller of a server without authentication.
    static let local = Caller(actor: "local", role: .operator, clientID: nil, view: .complete)

    init(actor: String, role: AccessRole?, clientID: String?, view: View) {
        self.actor = actor
        self.role = role
        self.clientID = clientID
        self.view = view
    }

    /// Creates the holder of a token. A mask binds everyone but operators.
    init(_ token: AccessToken, mask: Mask) {
        self.init(
            actor: token.name, role: token.role, clientID: token.clientID,
            view: View(showsDocuments: token.showsDocuments, mask: token.role == .operator ? Mask([]) : mask))
        tokenID = token.id
        rateKey = token.id
    }

    /// Creates the browser of a session.
    init(_ session: AccessSession, mask: Mask) {
        self.init(
            actor: session.actor, role: session.role, clientID: session.clientID,
            view: View(showsDocuments: session.showsDocuments, mask: session.role == .operator ? Mask([]) : mask))
        tokenID = session.tokenID
        rateKey = session.tokenID ?? session.hash
    }

    /// Creates an operator known by its user on this host.
    init(operator name: String) { self.init(actor: name, role: .operator, clientID: nil, view: .complete) }

    /// Returns the caller as a JSON object.
    func text(_ storeName: String) -> String {
        JSONPairs([
            ("name", JSONPairs.literal(actor)), ("role", JSONPairs.literal(role?.rawValue)),
            ("client_id", JSONPairs.literal(clientID)), ("documents", "\(view.showsDocuments)"),
            ("store", JSONPairs.literal(storeName)),
        ]).text
    }

    /// True when the caller sees jobs of this client.
    func sees(_ client: String) -> Bool { clientID == nil || clientID == client }

    /// Throws `forbidden` where documents are kept from the caller.
    func requireDocuments() throws(Problem) {
        guard view.showsDocuments else {
            throw Problem(.forbidden, "The token doesn't show requests, responses and logs.")
        }
    }
}
